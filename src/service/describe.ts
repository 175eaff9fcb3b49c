import type { Deployment, ECSClient, Service } from '@aws-sdk/client-ecs';
import { type Calling, call } from '../aws/call.ts';
import type { Aws } from '../aws/clients.ts';
import { describeServices, describeTaskDefinition } from '../aws/document.ts';
import { kindOf } from '../aws/errors.ts';
import { placeOf } from '../aws/place.ts';
import { Failure } from '../process/failure.ts';
import type { DeploymentRef, ServiceRef } from '../reference/deployment.ts';
import type { RollbackTarget } from '../reference/rollback-target.ts';
import { fromDescribed, type TaskDefinitionDocument } from '../task-definition/document.ts';
import { type JsonObject, objectIn } from '../text/json.ts';
import { existingClusters, existingServices, nearestName } from './existing-names.ts';
import { type IdentifiedService, isIdentifiedService, unidentifiedService } from './identified-service.ts';
import { deploymentRefOf, type IdentifiedDeployment, primaryOf } from './primary.ts';
import { chooseRollbackTarget } from './rollback-target.ts';
import {
  type History,
  imagesOf,
  isOver,
  listServiceDeployments,
  readServiceRevision,
} from './service-deployments.ts';
import { clusterMissing, serviceMissing, unsupportedService } from './unsupported.ts';

export interface DeploymentInFlight extends DeploymentRef {
  /** The service deployment's status, or PRIMARY's rollout state where ECS shows no service deployment. */
  readonly status: string;
}

/** A service as it was before this run touched it. */
export interface ServiceState extends ServiceRef {
  readonly service: Service;
  /** The same as the JSON that ECS sent, with members that are newer than the SDK. */
  readonly document: JsonObject;
  readonly primary: IdentifiedDeployment | undefined;
  readonly taskDefinitionArn: string;
  readonly taskDefinition: TaskDefinitionDocument;
  /** It was deregistered (INACTIVE, or DELETE_IN_PROGRESS): its tasks run on, and it can't be deployed again (documented). */
  readonly isInactive: boolean;
  readonly history: History;
  /** A deployment that nobody of this run started and that is not over. */
  readonly inFlight: DeploymentInFlight | undefined;
  /** Without the settings, which depend on what the run changes; undefined when no deployment ever succeeded. */
  readonly rollbackTarget: Omit<RollbackTarget, 'settings'> | undefined;
}

/**
 * Reads the services and all that decides about them, in parallel. All problems are reported together.
 * @throws Failure cluster-missing, service-missing, service-inactive, service-unsupported; aws-unreachable for an answer
 *   that doesn't identify a service
 */
export async function readServiceStates(
  aws: Pick<Aws, 'ecs' | 'sts'>,
  calling: Calling,
  cluster: string,
  names: readonly string[],
): Promise<readonly ServiceState[]> {
  const { ecs } = aws;
  const services = await readServices(aws, calling, cluster, names);
  return Promise.all(services.map((service) => readState(ecs, calling, service)));
}

/** The services in the order of their names; ECS takes ten a call (documented). */
async function readServices(
  aws: Pick<Aws, 'ecs' | 'sts'>,
  calling: Calling,
  cluster: string,
  names: readonly string[],
): Promise<readonly DescribedService[]> {
  const found: DescribedService[] = [];
  const problems: Failure[] = [];
  // Asked once: an STS that can't be reached costs seconds.
  let place: Promise<string> | undefined;
  const where = (): Promise<string> => (place ??= placeOf(aws));
  let existing: Promise<readonly string[]> | undefined;
  const existingNames = (): Promise<readonly string[]> =>
    (existing ??= existingServices(aws.ecs, calling, cluster));
  for (let start = 0; start < names.length; start += 10) {
    const services = names.slice(start, start + 10);
    const reply = await call(calling, 'ecs:DescribeServices', (over) =>
      describeServices(aws.ecs, { cluster, services, include: ['TAGS'] }, over),
    ).catch(async (error: unknown) => {
      if (kindOf(error) !== 'not-found') throw error;
      const near = nearestName(cluster, await existingClusters(aws.ecs, calling));
      throw clusterMissing(cluster, { place: await where(), near }, error);
    });
    const described = reply.services ?? [];
    const isUnnamed = described.some(({ serviceName, serviceArn }) => !serviceName && !serviceArn);
    for (const name of services) {
      const service = described.find((one) => one.serviceName === name || one.serviceArn === name);
      const document = reply.documents.find(({ serviceArn }) => serviceArn === service?.serviceArn);
      const unsupported = service && unsupportedService(name, service);
      if (service === undefined && !isUnnamed) {
        const near = nearestName(name, await existingNames());
        problems.push(serviceMissing(cluster, name, { place: await where(), near }));
      } else if (unsupported !== undefined) problems.push(unsupported);
      else if (service !== undefined && document !== undefined && isIdentifiedService(service))
        found.push({ service, document });
      else problems.push(unidentifiedService(cluster, name, await where(), service));
    }
  }
  const [first] = problems;
  if (first !== undefined) {
    throw problems.length === 1
      ? first
      : new Failure({
          code: first.code,
          fault: first.fault,
          message: problems.map(({ message }) => message).join('\n'),
          advice: first.advice,
        });
  }
  return found;
}

interface DescribedService {
  readonly service: IdentifiedService;
  readonly document: JsonObject;
}

async function readState(
  ecs: ECSClient,
  calling: Calling,
  { service, document }: DescribedService,
): Promise<ServiceState> {
  const { serviceArn, clusterArn, serviceName, taskDefinition: taskDefinitionArn } = service;
  const ref: ServiceRef = { name: serviceName, arn: serviceArn, clusterArn };
  const deployments = service.deployments ?? [];
  const primary = primaryOf(service);
  const [described, history] = await Promise.all([
    call(calling, 'ecs:DescribeTaskDefinition', (over) =>
      describeTaskDefinition(ecs, taskDefinitionArn, over),
    ),
    listServiceDeployments(ecs, calling, { clusterArn, serviceArn }),
  ]);
  return {
    ...ref,
    service,
    document,
    primary,
    taskDefinitionArn,
    taskDefinition: fromDescribed(described),
    isInactive: objectIn(described.taskDefinition).status !== 'ACTIVE',
    history,
    inFlight: primary === undefined ? undefined : inFlightOf(ref, primary, history),
    rollbackTarget: await findRollbackTarget(ecs, calling, deployments, history),
  };
}

function inFlightOf(
  service: ServiceRef,
  primary: IdentifiedDeployment,
  history: History,
): DeploymentInFlight | undefined {
  const newest = history.kind === 'known' ? history.deployments[0] : undefined;
  const running = newest !== undefined && !isOver(newest.status);
  if (!running && primary.rolloutState !== 'IN_PROGRESS') return undefined;
  return {
    ...deploymentRefOf(service, primary, primary.taskDefinition),
    status: (running ? newest.status : primary.rolloutState) ?? 'IN_PROGRESS',
  };
}

async function findRollbackTarget(
  ecs: ECSClient,
  calling: Calling,
  deployments: readonly Deployment[],
  history: History,
): Promise<ServiceState['rollbackTarget']> {
  const source = chooseRollbackTarget(
    history.kind === 'known' ? history.deployments : undefined,
    deployments,
  );
  if (source.kind === 'revision') {
    const { serviceRevisionArn } = source;
    const revision = await readServiceRevision(ecs, calling, serviceRevisionArn);
    if (revision?.taskDefinition !== undefined) {
      return {
        serviceRevisionArn,
        taskDefinitionArn: revision.taskDefinition,
        images: imagesOf(revision),
      };
    }
  }
  const known = source.kind === 'task-definition' ? source : chooseRollbackTarget(undefined, deployments);
  return known.kind === 'task-definition'
    ? { serviceRevisionArn: undefined, taskDefinitionArn: known.taskDefinitionArn, images: [] }
    : undefined;
}
