import {
  DescribeServiceRevisionsCommand,
  type ECSClient,
  ListServiceDeploymentsCommand,
  type ServiceDeploymentBrief,
  type ServiceRevision,
} from '@aws-sdk/client-ecs';
import { type Calling, call } from '../aws/call.ts';
import { kindOf, wordsOf } from '../aws/errors.ts';
import type { RunImage } from '../reference/rollback-target.ts';

/** The service's deployments, newest first; or why ECS does not tell them (no permission, an endpoint without them). */
export type History =
  | { readonly kind: 'known'; readonly deployments: readonly ServiceDeploymentBrief[] }
  | { readonly kind: 'unknown'; readonly why: string; readonly permission: string | undefined };

/**
 * Lists the newest service deployments. The order of ListServiceDeployments is not documented, so they are sorted
 * here; history goes back 90 days (documented).
 */
export async function listServiceDeployments(
  ecs: ECSClient,
  calling: Calling,
  service: { readonly clusterArn: string; readonly serviceArn: string },
): Promise<History> {
  const list = (status: 'SUCCESSFUL' | undefined) =>
    call(calling, 'ecs:ListServiceDeployments', (abortSignal) =>
      ecs.send(
        new ListServiceDeploymentsCommand({
          cluster: service.clusterArn,
          service: service.serviceArn,
          maxResults: 100,
          ...(status === undefined ? {} : { status: [status] }),
        }),
        { abortSignal },
      ),
    );
  try {
    const newest = (await list(undefined)).serviceDeployments ?? [];
    const hasGood = newest.length < 100 || newest.some(({ status }) => status === 'SUCCESSFUL');
    const more = hasGood ? [] : ((await list('SUCCESSFUL')).serviceDeployments ?? []);
    return { kind: 'known', deployments: [...newest, ...more].toSorted(newestFirst) };
  } catch (error) {
    return unknownOrThrow(error, 'ecs:ListServiceDeployments');
  }
}

/** Reads one service revision; undefined when ECS does not (or may not) tell it. */
export async function readServiceRevision(
  ecs: ECSClient,
  calling: Calling,
  serviceRevisionArn: string,
): Promise<ServiceRevision | undefined> {
  try {
    const reply = await call(calling, 'ecs:DescribeServiceRevisions', (abortSignal) =>
      ecs.send(new DescribeServiceRevisionsCommand({ serviceRevisionArns: [serviceRevisionArn] }), {
        abortSignal,
      }),
    );
    return reply.serviceRevisions?.[0];
  } catch (error) {
    unknownOrThrow(error, 'ecs:DescribeServiceRevisions');
    return undefined;
  }
}

/** The images of a service revision, with the digests that ECS resolved them to. */
export function imagesOf({ containerImages }: ServiceRevision): readonly RunImage[] {
  return (containerImages ?? []).flatMap(({ containerName: container, image, imageDigest: digest }) =>
    container === undefined || image === undefined ? [] : { container, image, digest },
  );
}

/**
 * Whether a service revision is the one of a deployment: both end in the same number (`ecs-svc/<N>` and
 * `service-revision/<cluster>/<service>/<N>`). AWS does not promise it; two independent code bases rely on it.
 */
export function isRevisionOf(
  serviceRevisionArn: string | undefined,
  deploymentId: string | undefined,
): boolean {
  return (
    serviceRevisionArn !== undefined &&
    deploymentId !== undefined &&
    deploymentIdOf(serviceRevisionArn) === deploymentId
  );
}

/** The `ecs-svc/<N>` of the deployment that a service revision is the one of; undefined for an ARN without a number. */
export function deploymentIdOf(serviceRevisionArn: string): string | undefined {
  const number = serviceRevisionArn.split('/').at(-1);
  return number === undefined || number === '' ? undefined : `ecs-svc/${number}`;
}

/** Statuses in which a service deployment is over (documented); a status that is not known is taken as in flight. */
export function isOver(status: string | undefined): boolean {
  return (
    status === 'SUCCESSFUL' ||
    status === 'STOPPED' ||
    status === 'ROLLBACK_SUCCESSFUL' ||
    status === 'ROLLBACK_FAILED'
  );
}

function newestFirst(a: ServiceDeploymentBrief, b: ServiceDeploymentBrief): number {
  return (b.createdAt?.getTime() ?? 0) - (a.createdAt?.getTime() ?? 0);
}

function unknownOrThrow(error: unknown, permission: string): History & { kind: 'unknown' } {
  const kind = kindOf(error);
  if (kind === 'denied') return { kind: 'unknown', why: `${permission} is not permitted`, permission };
  if (kind === 'unsupported') return { kind: 'unknown', why: wordsOf(error), permission: undefined };
  throw error;
}
