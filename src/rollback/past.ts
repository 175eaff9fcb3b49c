import {
  DescribeServiceRevisionsCommand,
  type ECSClient,
  ListTaskDefinitionsCommand,
  type ServiceDeploymentBrief,
  type ServiceRevision,
} from '@aws-sdk/client-ecs';
import { type Calling, call } from '../aws/call.ts';
import { describeTaskDefinition } from '../aws/document.ts';
import { kindOf } from '../aws/errors.ts';
import type { RunImage } from '../reference/rollback-target.ts';
import type { ServiceState } from '../service/describe.ts';
import { deploymentIdOf, imagesOf } from '../service/service-deployments.ts';
import { containersOf, fromDescribed } from '../task-definition/document.ts';
import { noOrigin, type Origin, originOf } from '../task-definition/provenance.ts';
import { isJsonObject } from '../text/json.ts';
import { inUtc } from '../text/time.ts';
import { familyOf, nameOf } from '../text/words.ts';

/** A deployment of a service that was, or is. */
export interface PastDeployment {
  readonly createdAt: Date | undefined;
  readonly finishedAt?: Date | undefined;
  /** As ECS names it, e.g. SUCCESSFUL; undefined where ECS does not tell the history. */
  readonly status: string | undefined;
  readonly taskDefinitionArn: string;
  /** Its ARN, and the `ecs-svc/<N>` by which its tasks were started; undefined if ECS does not tell the history. */
  readonly serviceDeploymentArn?: string | undefined;
  readonly deploymentId?: string | undefined;
  /** With the digests that ECS resolved them to, where it tells. */
  readonly images: readonly RunImage[];
  readonly origin: Origin;
}

/** The deployments that a rollback of one service chooses from, newest first. */
export interface ServiceHistory {
  readonly service: string;
  readonly past: readonly PastDeployment[];
}

/** How far a history is read: every deployment costs a part of a call, and each task definition one of its own. */
const most = { deployments: 20, successful: 40, tagged: 20 };

/**
 * The deployments of a service, newest first: those of the last 90 days (documented), or where ECS does not tell them
 * the revisions that this action registered, of which nobody knows whether they were healthy.
 */
export async function readPast(
  ecs: ECSClient,
  calling: Calling,
  { history, taskDefinitionArn }: Pick<ServiceState, 'history' | 'taskDefinitionArn'>,
): Promise<readonly PastDeployment[]> {
  if (history.kind === 'unknown') return readTagged(ecs, calling, taskDefinitionArn);
  let successful = 0;
  const read = history.deployments.filter(
    ({ status }, index) =>
      (status === 'SUCCESSFUL' && ++successful <= most.successful) || index < most.deployments,
  );
  const revisions = await readRevisions(ecs, calling, read);
  const arns = new Set([...revisions.values()].flatMap(({ taskDefinition }) => taskDefinition ?? []));
  const origins = await readOrigins(ecs, calling, [...arns]);
  return read.flatMap((brief) => {
    const { createdAt, finishedAt, status, serviceDeploymentArn, targetServiceRevisionArn } = brief;
    if (targetServiceRevisionArn === undefined) return [];
    const revision = revisions.get(targetServiceRevisionArn);
    if (revision?.taskDefinition === undefined) return [];
    return {
      createdAt,
      finishedAt,
      status,
      taskDefinitionArn: revision.taskDefinition,
      serviceDeploymentArn,
      deploymentId: deploymentIdOf(targetServiceRevisionArn),
      images: imagesOf(revision),
      origin: origins.get(revision.taskDefinition) ?? noOrigin,
    };
  });
}

/** 20 a call (documented). A revision that is older than the history ECS keeps is missing from the answer. */
async function readRevisions(
  ecs: ECSClient,
  calling: Calling,
  deployments: readonly ServiceDeploymentBrief[],
): Promise<ReadonlyMap<string, ServiceRevision>> {
  const arns = [
    ...new Set(deployments.flatMap(({ targetServiceRevisionArn }) => targetServiceRevisionArn ?? [])),
  ];
  const parts = Array.from({ length: Math.ceil(arns.length / 20) }, (_, part) =>
    arns.slice(part * 20, part * 20 + 20),
  );
  const replies = await Promise.all(
    parts.map((serviceRevisionArns) =>
      call(calling, 'ecs:DescribeServiceRevisions', (abortSignal) =>
        ecs.send(new DescribeServiceRevisionsCommand({ serviceRevisionArns }), { abortSignal }),
      ),
    ),
  );
  return new Map(
    replies.flatMap(({ serviceRevisions = [] }) =>
      serviceRevisions.flatMap((revision) =>
        revision.serviceRevisionArn === undefined ? [] : [[revision.serviceRevisionArn, revision] as const],
      ),
    ),
  );
}

/** A deleted revision can't be read any more, so it has no origin. */
async function readOrigins(
  ecs: ECSClient,
  calling: Calling,
  arns: readonly string[],
): Promise<ReadonlyMap<string, Origin>> {
  const read = await Promise.all(
    arns.map(async (arn) => {
      const described = await call(calling, 'ecs:DescribeTaskDefinition', (over) =>
        describeTaskDefinition(ecs, arn, over),
      ).catch((error: unknown) => {
        if (kindOf(error) !== 'refused') throw error;
        return undefined;
      });
      return [arn, described === undefined ? noOrigin : originOf(fromDescribed(described))] as const;
    }),
  );
  return new Map(read);
}

async function readTagged(
  ecs: ECSClient,
  calling: Calling,
  runningArn: string,
): Promise<readonly PastDeployment[]> {
  const { taskDefinitionArns = [] } = await call(calling, 'ecs:ListTaskDefinitions', (abortSignal) =>
    ecs.send(
      new ListTaskDefinitionsCommand({
        familyPrefix: familyOf(runningArn),
        status: 'ACTIVE',
        sort: 'DESC',
        maxResults: most.tagged,
      }),
      { abortSignal },
    ),
  );
  const read = await Promise.all(
    taskDefinitionArns.map(async (arn) => ({
      arn,
      described: await call(calling, 'ecs:DescribeTaskDefinition', (over) =>
        describeTaskDefinition(ecs, arn, over),
      ),
    })),
  );
  return read.flatMap(({ arn, described }) => {
    const document = fromDescribed(described);
    const origin = originOf(document);
    if (origin.repository === undefined && arn !== runningArn) return [];
    const { taskDefinition } = described;
    const registeredAt = isJsonObject(taskDefinition) ? taskDefinition.registeredAt : undefined;
    return {
      createdAt: typeof registeredAt === 'number' ? new Date(registeredAt * 1000) : undefined,
      status: undefined,
      taskDefinitionArn: arn,
      images: containersOf(document).flatMap(({ name, image }) =>
        typeof name === 'string' && typeof image === 'string'
          ? { container: name, image, digest: image.split('@')[1] }
          : [],
      ),
      origin,
    };
  });
}

/** The ten newest versions, a line each, for the log or a refusal. */
export function newestVersions(past: readonly PastDeployment[]): readonly string[] {
  return past.slice(0, 10).map(versionLine);
}

/** Describes a deployment in one line. */
export function versionLine({
  createdAt,
  status,
  taskDefinitionArn,
  images,
  origin,
}: PastDeployment): string {
  const facts = [
    createdAt === undefined ? undefined : inUtc(createdAt),
    nameOf(taskDefinitionArn),
    status,
    origin.commit === undefined ? undefined : `commit ${origin.commit.slice(0, 12)}`,
    images.map(({ digest }) => digest?.slice(0, 19)).find((digest) => digest !== undefined),
    origin.run,
  ];
  return facts.filter((fact) => fact !== undefined).join('  ');
}
