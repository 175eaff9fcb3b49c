import type { ServiceOutcome } from '../deployment/outcome.ts';
import type { PastDeployment, ServiceHistory } from '../rollback/past.ts';
import { inUtc } from '../text/time.ts';
import { nameOf } from '../text/words.ts';
import { commitUrl, runUrl } from './links.ts';
import { code, link, text } from './markdown.ts';

/** More deployments than anybody compares. */
const most = 15;

/** The deployments that a rollback chose from, newest first, with the one that runs now marked. */
export function historySection(
  { past }: Pick<ServiceHistory, 'past'>,
  { taskDefinitionArn, previousTaskDefinitionArn, result }: ServiceOutcome,
  runsNow: string | undefined,
  server: string | undefined,
): readonly string[] {
  const isTaken = result === 'deployed' || result === 'unchanged';
  const now =
    runsNow ??
    (isTaken ? taskDefinitionArn : result === 'rolled-back' ? previousTaskDefinitionArn : undefined);
  const shown = past.slice(0, most);
  const running = shown.findIndex(
    (version) => version.taskDefinitionArn === now && (version.status ?? 'SUCCESSFUL') === 'SUCCESSFUL',
  );
  return [
    '#### History',
    '',
    '| When | Revision | Commit | Image | Started by | Status |',
    '| --- | --- | --- | --- | --- | --- |',
    ...shown.map((version, index) => row(version, index === running, server)),
    '',
    ...(past.length > most ? [`… and ${past.length - most} more`, ''] : []),
  ];
}

function row(version: PastDeployment, runsNow: boolean, server: string | undefined): string {
  const { createdAt, status, taskDefinitionArn, images, origin } = version;
  const name = code(nameOf(taskDefinitionArn));
  const digests = images.flatMap(({ digest }) => (digest === undefined ? [] : code(digest.slice(0, 19))));
  const cells = [
    createdAt === undefined ? '' : text(inUtc(createdAt)),
    runsNow ? `${name} **runs now**` : name,
    linkTo(origin.commit?.slice(0, 8), commitUrl(origin, server)),
    digests.join('<br>'),
    linkTo(
      origin.run === undefined ? undefined : `run ${origin.run.split('/').at(-1)}`,
      runUrl(origin, server),
    ),
    text(status ?? 'unknown'),
  ];
  return `| ${cells.join(' | ')} |`;
}

function linkTo(shown: string | undefined, url: string | undefined): string {
  return shown === undefined ? '' : link(text(shown), url);
}
