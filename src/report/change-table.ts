import type { ServiceOutcome } from '../deployment/outcome.ts';
import type { RunsNow } from '../deployment/timeline/read.ts';
import type { ProvidedImage } from '../image/registry/provided-image.ts';
import type { Origin } from '../task-definition/provenance.ts';
import { nameOf } from '../text/words.ts';
import { commitUrl, consoleUrl, imageUrl, taskDefinitionUrl } from './links.ts';
import { code, link, text } from './markdown.ts';

/**
 * The changes, with links: what was deployed or tried, what ran before, and for everything but a plain success what
 * runs now. In HTML, since Markdown has no table without a head row.
 */
export function changeTable(
  outcome: ServiceOutcome,
  {
    image,
    origin,
    runsNow,
    server,
  }: {
    readonly image: ProvidedImage | undefined;
    readonly origin: Origin | undefined;
    readonly runsNow: RunsNow | undefined;
    /** This GitHub, e.g. `https://github.com`. */
    readonly server: string | undefined;
  },
): readonly string[] {
  const { service, result, taskDefinitionArn, previousTaskDefinitionArn, deploymentId, reason } = outcome;
  const isTaken = result === 'deployed' || result === 'unchanged' || result === 'started';
  const isPlain = result === 'deployed' && runsNow?.taskDefinitionArn === taskDefinitionArn;
  const commit = origin?.commit;
  return [
    '<table>',
    row('Service', link(text(service), consoleUrl(outcome))),
    ...(taskDefinitionArn === undefined
      ? []
      : [row(isTaken ? 'Deployed' : 'Tried', revision(taskDefinitionArn))]),
    ...(previousTaskDefinitionArn === undefined ? [] : [row('Before', revision(previousTaskDefinitionArn))]),
    ...(runsNow === undefined || isPlain
      ? []
      : [
          row(
            'Runs now',
            `<b>${revision(runsNow.taskDefinitionArn)}</b>, ${runsNow.running} of ${runsNow.desired} tasks`,
          ),
        ]),
    ...(commit === undefined || origin === undefined
      ? []
      : [row('Commit', link(code(commit.slice(0, 12)), commitUrl(origin, server)))]),
    ...(image === undefined ? [] : [row('Image', link(code(image.uri), imageUrl(image.uri)))]),
    ...(image?.copyOf === undefined
      ? []
      : [row('Copied from', link(code(image.copyOf), imageUrl(image.copyOf)))]),
    ...(deploymentId === undefined ? [] : [row('Deployment', code(deploymentId))]),
    row('Reason', code(reason)),
    '</table>',
    '',
  ];
}

function revision(arn: string): string {
  return link(code(nameOf(arn)), taskDefinitionUrl(arn));
}

function row(name: string, value: string): string {
  return `<tr><td>${name}</td><td>${value}</td></tr>`;
}
