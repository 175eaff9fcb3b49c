import { placeInArn } from '../aws/place.ts';
import { isGood, type ServiceOutcome } from '../deployment/outcome.ts';
import type { ProvidedImage } from '../image/registry/provided-image.ts';
import type { Origin } from '../task-definition/provenance.ts';
import { nameOf } from '../text/words.ts';
import { commitUrl, consoleUrl, imageUrl, taskDefinitionUrl } from './links.ts';
import { code, folded, link, text } from './markdown.ts';

/** The names and ids of a deployment with their links, folded. In HTML, since Markdown has no table without a head row. */
export function detailsSection(
  outcome: ServiceOutcome,
  {
    image,
    origin,
    server,
  }: {
    readonly image: ProvidedImage | undefined;
    readonly origin: Origin | undefined;
    /** This GitHub, e.g. `https://github.com`. */
    readonly server: string | undefined;
  },
): readonly string[] {
  const { service, clusterArn, result, taskDefinitionArn, previousTaskDefinitionArn, deploymentId, reason } =
    outcome;
  const isTaken = isGood(result);
  const commit = origin?.commit;
  const place = placeInArn(clusterArn);
  const cluster = clusterArn.split('/').at(-1);
  return folded('Details', [
    '<table>',
    row('Service', link(text(service), consoleUrl(outcome))),
    ...(cluster === undefined ? [] : [row('Cluster', text(cluster))]),
    ...(place === undefined ? [] : [row('AWS', text(place))]),
    ...(taskDefinitionArn === undefined
      ? []
      : [row(isTaken ? 'Deployed' : 'Tried', revision(taskDefinitionArn))]),
    ...(previousTaskDefinitionArn === undefined ? [] : [row('Before', revision(previousTaskDefinitionArn))]),
    ...(commit === undefined || origin === undefined
      ? []
      : [row(isTaken ? 'Commit' : 'Commit tried', link(code(commit), commitUrl(origin, server)))]),
    ...(image === undefined
      ? []
      : [row(isTaken ? 'Image' : 'Image tried', link(code(image.uri), imageUrl(image.uri)))]),
    ...(image?.copyOf === undefined
      ? []
      : [row('Copied from', link(code(image.copyOf), imageUrl(image.copyOf)))]),
    ...(deploymentId === undefined ? [] : [row('Deployment', code(deploymentId))]),
    row('Reason', code(reason)),
    '</table>',
    '',
  ]);
}

function revision(arn: string): string {
  return link(code(nameOf(arn)), taskDefinitionUrl(arn));
}

function row(name: string, value: string): string {
  return `<tr><td>${name}</td><td>${value}</td></tr>`;
}
