import type { Calling } from '../aws/call.ts';
import { kindOf, wordsOf } from '../aws/errors.ts';
import { type Change, isSkipped } from '../change/change.ts';
import { calling, type Run } from '../run.ts';
import { readSecretValue } from '../task-definition/secret-value.ts';
import { type Answer, type Check, notShown } from './check.ts';
import { checkEnvironmentFile } from './environment-files.ts';
import { checkImage } from './images.ts';
import { checkLogGroup } from './log-groups.ts';
import { askInTime, patienceSeconds } from './patience.ts';
import { checkRole } from './roles.ts';
import { checkSecret } from './secrets.ts';
import { checkTargetGroup } from './target-groups.ts';
import { type Wanted, wantedBy, wantedByRunning } from './wanted.ts';

/**
 * Asks AWS for all that a change needs, at once. Never throws: what can't be told is `unknown`, and nothing is tried for
 * long, since only a hint hangs on it.
 */
export async function checkExistence(
  run: Run,
  change: Change,
  skipped: readonly string[],
): Promise<readonly Check[]> {
  const wanted = wantedBy(change).filter(({ check }) => !isSkipped(check, skipped));
  const running = new Set(wantedByRunning(change).map(keyOf));
  // Of several that have the same name, one question does.
  const answers = new Map<string, Promise<Answer>>();
  return Promise.all(
    wanted.map(async (one) => {
      const key = JSON.stringify([one.check, one.name]);
      const asked = answers.get(key) ?? answerOf(run, one);
      answers.set(key, asked);
      const { state, detail } = await asked;
      const name = one.kind === 'secret' && !isSurelyReference(one.name, state) ? notShown : one.name;
      return { check: one.check, what: one.what, name, state, detail, inUse: running.has(keyOf(one)) };
    }),
  );
}

/** The same thing, wherever it stands. */
function keyOf(wanted: Wanted): string {
  const { check, name } = wanted;
  if (wanted.kind === 'image') return JSON.stringify([check, name, wanted.platform]);
  if (wanted.kind !== 'log-group') return JSON.stringify([check, name]);
  const { 'awslogs-region': region, 'awslogs-create-group': create } = wanted.options;
  return JSON.stringify([check, name, region, create]);
}

/** Any word could be the name of a parameter; as long as none is there of that name, it may be the secret itself. */
function isSurelyReference(valueFrom: string, state: Answer['state']): boolean {
  const { kind } = readSecretValue(valueFrom);
  return kind === 'parameter-name' ? state === 'ok' : kind !== 'refused';
}

async function answerOf(run: Run, wanted: Wanted): Promise<Answer> {
  try {
    const answer = await askInTime(run.clock, () => ask(run, wanted));
    if (answer !== 'late') return answer;
    return { state: 'unknown', detail: `AWS did not answer in ${patienceSeconds} s.` };
  } catch (error) {
    const kind = kindOf(error);
    if (kind === 'not-found') return { state: 'missing' };
    return { state: 'unknown', detail: kind === 'denied' ? 'This job may not know.' : wordsOf(error) };
  }
}

function ask(run: Run, wanted: Wanted): Promise<Answer> {
  const once: Calling = { ...calling(run), say: () => undefined };
  switch (wanted.kind) {
    case 'image':
      return checkImage(run, once, wanted.name, wanted.platform);
    case 'role':
      return checkRole(run, wanted.name);
    case 'secret':
      return checkSecret(run, wanted.name);
    case 'log-group':
      return checkLogGroup(run, wanted.options);
    case 'target-group':
      return checkTargetGroup(run, wanted.name);
    case 'environment-file':
      return checkEnvironmentFile(run, wanted.name);
    default:
      return wanted satisfies never;
  }
}
