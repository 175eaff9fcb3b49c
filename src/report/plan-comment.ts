import { createHash } from 'node:crypto';
import type { Place } from '../aws/place.ts';
import type { Plan } from '../plan/show/plan.ts';
import type { Failure } from '../process/failure.ts';
import { plain } from '../text/sanitize.ts';
import { code, link, text } from './markdown.ts';
import { planSummary } from './plan.ts';
import { fitParts } from './summary.ts';

/** What a plan is for: a pull request has one comment for each. */
export interface PlanTarget {
  readonly place: Place;
  readonly cluster: string;
  readonly services: readonly string[];
  readonly environment: string | undefined;
}

/** Where a plan comes from. */
export interface PlanSource {
  readonly headSha: string | undefined;
  /** The page of the run, whose summary has the whole plan. */
  readonly runUrl: string;
  /** `https://github.com/owner/name` */
  readonly repositoryUrl: string;
}

/** Names a target in letters and digits. A name and an ARN of the same service give the same key. Pure. */
export function targetKey({ place, cluster, services, environment = '' }: PlanTarget): string {
  const { account = '', region } = place;
  const names = services.map(nameIn).toSorted();
  const target = JSON.stringify([account, region, nameIn(cluster), names, environment]);
  return createHash('sha256').update(target).digest('hex').slice(0, 16);
}

/**
 * A plan, or why it failed, as the Markdown of a comment. Texts from outside mean nothing in it, and mention nobody.
 * The runner masks secrets in logs and summaries, but not here: no output of another program gets into a comment.
 *
 * @param most characters in all
 */
export function planComment(
  result: { readonly plan: Plan } | { readonly failure: Pick<Failure, 'message' | 'advice'> },
  {
    target,
    source,
    most,
  }: { readonly target: PlanTarget; readonly source: PlanSource; readonly most: number },
): string {
  const about = [aboutLine(target, source), ''];
  // The line that says what was left out comes on top.
  const room = most - 500;
  if ('plan' in result) return planSummary(result.plan, { most: room, about });
  const { message, advice } = result.failure;
  const lines = message.split('\n').slice(0, 20);
  return fitParts(
    [
      { importance: 9, title: 'the result', lines: ['### ❌ Plan: failed', '', ...about] },
      {
        importance: 8,
        title: 'the message',
        lines: [...lines.map((line) => `> ${text(plain(line, 500))}`), ''],
      },
      { importance: 7, title: 'the advice', lines: advice === undefined ? [] : [text(advice), ''] },
    ],
    room,
  );
}

function aboutLine(
  { place, cluster, services, environment }: PlanTarget,
  { headSha, runUrl, repositoryUrl }: PlanSource,
): string {
  const more = services.length - mostNamed;
  const named = services.slice(0, mostNamed).map((service) => code(nameIn(service)));
  return [
    ...(environment === undefined ? [] : [`environment ${code(environment)}`]),
    `${named.join(', ')}${more > 0 ? ` and ${more} more` : ''} in cluster ${code(nameIn(cluster))}`,
    `account ${text(place.account ?? '')}, region ${text(place.region)}`,
    ...(headSha === undefined
      ? []
      : [`commit ${link(code(headSha.slice(0, 7)), `${repositoryUrl}/commit/${headSha}`)}`]),
    link("this run's summary", runUrl),
  ].join(' · ');
}

const mostNamed = 5;

/** The part of an ARN after its last slash, or the name itself. */
function nameIn(nameOrArn: string): string {
  return nameOrArn.split('/').at(-1) ?? nameOrArn;
}
