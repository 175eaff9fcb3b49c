import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { call } from '../aws/call.ts';
import { checkRegion } from '../aws/clients.ts';
import { describeTaskDefinition, registerTaskDefinition } from '../aws/document.ts';
import { kindOf } from '../aws/errors.ts';
import { isJsonObject } from '../aws/json.ts';
import { decideImage } from '../change/image.ts';
import { decideService } from '../change/service.ts';
import { cancelledFailure, Failure } from '../failure.ts';
import { findDockerfile, type ProvidedImage, prepareImage } from '../image/provide.ts';
import type { Inputs } from '../inputs.ts';
import type { ServiceOutcome } from '../rollout/outcome.ts';
import { createReader } from '../rollout/reader.ts';
import { nameOf } from '../rollout/sentence.ts';
import { createTargetHealthReader } from '../rollout/target-health.ts';
import { calling, type Run } from '../run.ts';
import { look, type ServiceSeen } from '../service/look.ts';
import { chooseContainer } from '../task-definition/container.ts';
import {
  containerNamed,
  fromDescribed,
  platformOf,
  type TaskDefinitionDocument,
} from '../task-definition/document.ts';
import { edit } from '../task-definition/edit.ts';
import { classify, loadFile } from '../task-definition/load.ts';
import { isSame } from '../task-definition/same.ts';
import { awaitInFlight } from './in-flight.ts';
import { rollOut } from './roll-out.ts';

/** What a deploy did. */
export interface Deployed {
  readonly outcomes: readonly ServiceOutcome[];
  readonly image: ProvidedImage | undefined;
}

/**
 * Takes the checkout (or an image that exists) to a healthy service: look, decide, build and push, register, update,
 * follow, and take the way back when it fails. One image serves all services of the run.
 *
 * @throws Failure for everything that is found out before a service is touched
 */
export async function deploy(inputs: Inputs, run: Run): Promise<Deployed> {
  const { aws, clock, log } = run;
  await checkRegion(aws);
  const reader = createReader(aws.ecs, clock);
  const lookAndWait = async (): Promise<readonly ServiceSeen[]> =>
    awaitInFlight(inputs, run, reader, await look(aws.ecs, calling(run), inputs.cluster, inputs.services));
  const before = await lookAndWait();
  for (const seen of before) describeSeen(run, seen);

  const basesBefore = await Promise.all(before.map((seen) => baseOf(inputs, run, seen)));
  const { image, wasBuilt } = await provideImage(inputs, run, basesBefore);
  stopIfCancelled(run);
  // A build takes minutes, in which others may have deployed: what runs now is what is changed, and the way back.
  const services = wasBuilt ? await lookAndWait() : before;
  const bases = wasBuilt ? await Promise.all(services.map((seen) => baseOf(inputs, run, seen))) : basesBefore;
  stopIfCancelled(run);
  const registered = await registerAll(inputs, run, bases, image);
  stopIfCancelled(run);

  const targetHealth = createTargetHealthReader(aws);
  const outcomes = await Promise.all(
    registered.map(({ seen, taskDefinition, taskDefinitionArn }) =>
      rollOut({
        run,
        inputs,
        reader,
        targetHealth,
        seen,
        taskDefinition,
        taskDefinitionArn,
        change: decideService({
          seen,
          taskDefinitionArn,
          desiredCount: inputs.service.desiredCount,
          force: inputs.service.forceNewDeployment,
        }),
        say: (line) => log.say(services.length === 1 ? line : `[${seen.name}] ${line}`),
      }),
    ),
  );
  return { outcomes, image };
}

/** What a service's next task definition starts from. */
interface Base {
  readonly seen: ServiceSeen;
  readonly document: TaskDefinitionDocument;
  /** The revision that the document is, when it is one. */
  readonly arn: string | undefined;
  /** The container whose image, variables and secrets are changed; undefined when none of them is. */
  readonly container: string | undefined;
}

function describeSeen({ log }: Run, seen: ServiceSeen): void {
  const { desiredCount = 0, runningCount = 0, deploymentConfiguration } = seen.service;
  const runs = `${seen.name} runs ${nameOf(seen.taskDefinitionArn)} with ${runningCount} of ${desiredCount} tasks`;
  const wayBack = seen.wayBack;
  log.say(
    wayBack === undefined
      ? `${runs}; no deployment of it has ever completed, so there is nothing to roll back to`
      : `${runs}; the way back is ${nameOf(wayBack.taskDefinitionArn)}`,
  );
  if (seen.history.kind === 'unknown')
    log.notice(`${seen.history.why}; the service's deployments are used instead.`);
  const breaker = deploymentConfiguration?.deploymentCircuitBreaker;
  if (breaker?.enable !== true || breaker.rollback !== true) {
    log.notice(
      `${seen.name} has no circuit breaker with rollback. This run rolls back by itself, but only ECS can when the runner is lost or its credentials end: set deploymentCircuitBreaker={enable=true,rollback=true} in the service's deployment configuration.`,
    );
  }
}

/** The task definition to start from: the input's, else what the service runs. */
async function baseOf(inputs: Inputs, run: Run, seen: ServiceSeen): Promise<Base> {
  const { document, arn } = await documentOf(inputs, run, seen);
  const isEdited =
    inputs.taskDefinition.containerName !== undefined ||
    inputs.image.image !== undefined ||
    inputs.image.build === 'true' ||
    (inputs.image.build === 'auto' && findDockerfile(inputs.image, run.workspace).exists) ||
    inputs.taskDefinition.environmentVariables.length > 0 ||
    inputs.taskDefinition.secrets.length > 0;
  return {
    seen,
    document,
    arn,
    container: isEdited ? chooseContainer(document, inputs.taskDefinition.containerName) : undefined,
  };
}

async function documentOf(
  { taskDefinition: { source: asked } }: Inputs,
  run: Run,
  seen: ServiceSeen,
): Promise<{ readonly document: TaskDefinitionDocument; readonly arn: string | undefined }> {
  if (asked === undefined) return { document: seen.taskDefinition, arn: seen.taskDefinitionArn };
  const isFile = (path: string): boolean => {
    const full = resolve(run.workspace, path);
    return existsSync(full) && statSync(full).isFile();
  };
  const source = classify(asked, isFile);
  if (source.kind === 'file') {
    const document = await loadFile(source.path, run.workspace);
    const isLive = isSame(document, seen.taskDefinition);
    return { document, arn: isLive ? seen.taskDefinitionArn : undefined };
  }
  const { reference } = source;
  const described = await call(calling(run), 'ecs:DescribeTaskDefinition', () =>
    describeTaskDefinition(run.aws.ecs, reference),
  ).catch((error: unknown) => {
    if (kindOf(error) !== 'refused') throw error;
    throw new Failure({
      code: 'task-definition-missing',
      fault: 'yours',
      message: `There is no task definition ${reference} in this account and region, and no file of that name.`,
      cause: error,
    });
  });
  return { document: fromDescribed(described), arn: arnOf(described.taskDefinition) };
}

/** The one image of the run, looked up or built; none when the task definition's own stays. */
async function provideImage(
  inputs: Inputs,
  run: Run,
  bases: readonly Base[],
): Promise<{ readonly image: ProvidedImage | undefined; readonly wasBuilt: boolean }> {
  const [first] = bases;
  if (first === undefined) return { image: undefined, wasBuilt: false };
  const dockerfile = findDockerfile(inputs.image, run.workspace);
  const current = first.container && containerNamed(first.document, first.container)?.image;
  const decided = decideImage({
    inputs: inputs.image,
    current: typeof current === 'string' ? current : undefined,
    hasDockerfile: dockerfile.exists,
    dockerfile: dockerfile.path,
    hasOtherChange:
      inputs.taskDefinition.source !== undefined ||
      inputs.taskDefinition.environmentVariables.length > 0 ||
      inputs.taskDefinition.secrets.length > 0 ||
      inputs.service.desiredCount !== undefined ||
      inputs.service.forceNewDeployment,
  });
  if (decided.kind === 'keep') return { image: undefined, wasBuilt: false };
  const prepared = await prepareImage(run, decided, inputs.image, platformOf(first.document));
  stopIfCancelled(run);
  const wasBuilt = prepared.kind === 'to-build';
  const image = wasBuilt ? await prepared.build() : prepared.image;
  run.log.say(`image ${image.uri}`);
  return { image, wasBuilt };
}

interface Registered {
  readonly seen: ServiceSeen;
  readonly taskDefinition: TaskDefinitionDocument;
  readonly taskDefinitionArn: string;
}

/** Binds the image and the changes into each document; equal ones are registered once and shared. */
async function registerAll(
  inputs: Inputs,
  run: Run,
  bases: readonly Base[],
  image: ProvidedImage | undefined,
): Promise<readonly Registered[]> {
  const registrations = new Map<string, Promise<string>>();
  return Promise.all(
    bases.map(async ({ seen, document, arn, container }) => {
      const taskDefinition = container === undefined ? document : change(document, container, inputs, image);
      if (arn !== undefined && isSame(document, taskDefinition)) {
        return { seen, taskDefinition, taskDefinitionArn: arn };
      }
      const key = JSON.stringify(taskDefinition);
      const registration = registrations.get(key) ?? register(run, taskDefinition);
      registrations.set(key, registration);
      return { seen, taskDefinition, taskDefinitionArn: await registration };
    }),
  );
}

function change(
  document: TaskDefinitionDocument,
  container: string,
  { taskDefinition: { environmentVariables, secrets } }: Inputs,
  image: ProvidedImage | undefined,
): TaskDefinitionDocument {
  const none: readonly string[] = [];
  return edit(document, {
    images: image === undefined ? undefined : new Map([[container, image.uri]]),
    environmentVariables: new Map([[container, { set: environmentVariables, remove: none }]]),
    secrets: new Map([[container, { set: secrets, remove: none }]]),
  });
}

/** ECS registers one revision a second for an account (documented): a throttled call waits its turn, up to 3 minutes. */
async function register(run: Run, document: TaskDefinitionDocument): Promise<string> {
  const reply = await call(
    calling(run),
    'ecs:RegisterTaskDefinition',
    () => registerTaskDefinition(run.aws.ecs, document),
    180,
  );
  const arn = arnOf(reply.taskDefinition);
  if (arn === undefined) throw new Error('ECS registered a task definition but did not tell its ARN');
  run.log.say(`registered ${nameOf(arn)}`);
  return arn;
}

function arnOf(taskDefinition: unknown): string | undefined {
  const arn = isJsonObject(taskDefinition) ? taskDefinition.taskDefinitionArn : undefined;
  return typeof arn === 'string' ? arn : undefined;
}

function stopIfCancelled({ signal }: Run): void {
  if (signal.aborted) throw cancelledFailure();
}
