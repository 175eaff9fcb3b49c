import type { Clock } from '../../process/clock.ts';
import { untilCancelled } from '../../process/until-cancelled.ts';
import type { DeploymentRef } from '../../reference/deployment.ts';
import type { Reader } from '../../service/reader.ts';
import { nothingNarrated } from '../narrate.ts';
import type { End } from '../observe/end.ts';
import type { Observer } from '../observe/observe.ts';
import type { Snapshot } from '../observe/snapshot.ts';
import type { Pause } from '../observe/stage.ts';
import type { RolloutPolicy } from '../policy.ts';
import type { GiveUp, Verdict } from '../verdict.ts';
import type { Follower } from './follower.ts';

/** How the following of a rollout ended. */
export type FollowResult =
  | { readonly kind: 'ended'; readonly end: End; readonly snapshot: Snapshot }
  | { readonly kind: 'giveUp'; readonly why: GiveUp; readonly snapshot: Snapshot }
  /** `doubt`: ECS had called it completed, but its tasks had failed and it was being watched, or not all tasks ran yet. */
  | { readonly kind: 'interrupted'; readonly doubt: 'watched' | 'early' | undefined };

/** What was done about a pause. `again`: it is handled again, because what became of the answer is unknown. */
export type PauseAnswer = 'continued' | 'left' | 'again' | (GiveUp & { readonly kind: 'test-url' });

/**
 * Follows one deployment by its identity until it ends, until the judge gives it up, or until the signal is aborted.
 * Many run side by side; the reader gathers their reads.
 *
 * @throws Failure aws-denied or aws-credentials when nothing can be seen any more
 */
export async function follow({
  follower,
  deployment,
  policy,
  observer,
  reader,
  clock,
  say,
  watches,
  atPause,
  signal,
}: {
  readonly follower: Pick<Follower, 'current' | 'judge' | 'describe'>;
  readonly deployment: DeploymentRef;
  readonly policy: RolloutPolicy;
  readonly observer: Observer;
  readonly reader: Reader;
  readonly clock: Clock;
  readonly say: (line: string) => void;
  /** Called once, when it begins to watch a deployment that ECS calls completed. */
  readonly watches: () => void;
  /** Called once for each pause of the deployment. */
  readonly atPause: (pause: Pause, snapshot: Snapshot) => Promise<PauseAnswer>;
  readonly signal: AbortSignal;
}): Promise<FollowResult> {
  let told = nothingNarrated;
  let doubted = '';
  let doubt: 'watched' | 'early' | undefined;
  const handledPauses = new Set<string>();
  for (;;) {
    // Also before the first look: nothing has happened yet to a deployment that was made this moment.
    await reader.tick(signal);
    if (signal.aborted) return { kind: 'interrupted', doubt };
    let snapshot = await untilCancelled(signal, observer.observe());
    if (snapshot === 'cancelled') return { kind: 'interrupted', doubt };
    let verdict = follower.judge(snapshot, policy);
    if (verdict.kind === 'giveUp' || isWatched(verdict)) {
      // Not on what was read a while ago: the version may have come up, or the deployment have ended, or failed, since.
      observer.refresh('service-and-tasks');
      snapshot = await untilCancelled(signal, observer.observe());
      if (snapshot === 'cancelled') return { kind: 'interrupted', doubt };
      verdict = follower.judge(snapshot, policy);
    }
    if (verdict.kind === 'completing') {
      if (doubt === undefined) watches();
      doubt ??= 'early';
    }
    if (verdict.kind === 'watching' && doubt !== 'watched') {
      // Before a word of it is logged: a run that is cut off from here on leaves this version to roll back.
      doubt = 'watched';
      watches();
    }
    const telling = follower.describe(told, snapshot, verdict, {
      now: clock.now(),
      since: deployment.createdAt,
    });
    told = telling.told;
    for (const line of telling.lines) say(line);

    if (verdict.kind === 'giveUp') return { kind: 'giveUp', why: verdict.why, snapshot };
    if (verdict.kind === 'paused' && !handledPauses.has(verdict.hook)) {
      const answer = await untilCancelled(signal, atPause(verdict, snapshot));
      if (answer === 'cancelled') return { kind: 'interrupted', doubt };
      if (typeof answer === 'object') return { kind: 'giveUp', why: answer, snapshot };
      if (answer !== 'again') handledPauses.add(verdict.hook);
    }
    // How many tasks run is told by the service alone from here on.
    if (verdict.kind === 'watching' || verdict.kind === 'completing') observer.refresh('service');
    if (verdict.kind === 'ended') {
      const confirmed = await untilCancelled(
        signal,
        confirm(verdict, snapshot, { follower, observer, deployment, policy, doubted }),
      );
      if (confirmed === 'cancelled') return { kind: 'interrupted', doubt };
      if (confirmed !== undefined) return { kind: 'ended', ...confirmed };
      doubted = verdict.end.kind;
    }
  }
}

/** Green in spite of failed tasks: the last look has to be a new one. */
function isWatched(verdict: Verdict): boolean {
  return verdict.kind === 'ended' && verdict.end.kind === 'completed' && verdict.end.failures !== undefined;
}

/**
 * An end is believed when a fresh reading of the service says the same. Green needs more: PRIMARY must be ours, else
 * another deployment has come since. Ends that rest on the service alone have to be seen twice, since such a reading
 * can be an old one (ECS is eventually consistent).
 */
async function confirm(
  { end }: Verdict & { kind: 'ended' },
  seen: Snapshot,
  {
    follower,
    observer,
    deployment,
    policy,
    doubted,
  }: {
    readonly follower: Pick<Follower, 'current' | 'judge'>;
    readonly observer: Observer;
    readonly deployment: DeploymentRef;
    readonly policy: RolloutPolicy;
    /** The kind of end that an earlier reading showed, and that was not believed yet. */
    readonly doubted: string;
  },
): Promise<{ readonly end: End; readonly snapshot: Snapshot } | undefined> {
  if (!seen.isServiceFresh) observer.refresh('service');
  const snapshot = seen.isServiceFresh ? seen : await observer.observe();
  const again = follower.judge(snapshot, policy);
  if (again.kind !== 'ended' || again.end.kind !== end.kind) return undefined;
  const primary = follower.current(snapshot.service);
  if (again.end.kind === 'completed' && primary !== undefined && primary.id !== deployment.id) {
    if (doubted !== again.end.kind) return undefined;
    return {
      end: { kind: 'superseded', by: primary.id, taskDefinitionArn: primary.taskDefinition },
      snapshot,
    };
  }
  const restsOnServiceAlone = snapshot.serviceDeployment === undefined || again.end.kind === 'stopped';
  const isCertain = again.end.kind === 'completed' || again.end.kind === 'service-gone';
  if (restsOnServiceAlone && !isCertain && doubted !== again.end.kind) return undefined;
  return { end: again.end, snapshot };
}
