import { type ManualClock, manualClock } from '../../local/base/clock.ts';
import type { Images } from '../../local/ecr/images.ts';
import { createEcs, type Ecs } from '../../local/ecs/ecs.ts';
import type { Readings } from '../../local/ecs/model/readings.ts';
import type { HookAnswer } from '../../local/ecs/stages/hook-targets.ts';
import type { ListenerRules } from '../../local/elb/listener-rules.ts';
import type { Target, TargetGroups, TargetHealth } from '../../local/elb/target-groups.ts';
import type { LogStore } from '../../local/logs/log-store.ts';
import type { TaskToRun } from '../../local/runtime/runtime.ts';
import type { Behaviour } from '../../local/runtime/simulated/behaviour.ts';
import { simulatedRuntime } from '../../local/runtime/simulated/runtime.ts';
import { behaviourFromVariable } from '../../local/runtime/simulated/variable.ts';
import { check } from '../../local/server/check.ts';
import { isDocument } from '../../local/server/members.ts';
import type { Document, Json } from '../../local/server/operation.ts';
import { operationShapes, services } from '../../local/server/service.ts';

export const targetGroupArn =
  'arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/web/0123456789abcdef';

export const alternateGroupArn = targetGroupArn.replace('targetgroup/web', 'targetgroup/web-2');
export const productionRuleArn =
  'arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener-rule/app/web/1/2/production';
export const testRuleArn = productionRuleArn.replace('production', 'test');

/** A local ECS with simulated tasks on a clock that the test moves. */
export interface World {
  readonly ecs: Ecs;
  readonly clock: ManualClock;
  readonly listenerRules: ListenerRules;
  /** The payloads of lifecycle hooks, oldest first. */
  readonly hookCalls: readonly Document[];
  readonly logs: ReadonlyMap<string, readonly string[]>;
  /** Calls an operation. */
  call(operation: string, input: Document): Promise<Document>;
  /** Registers `web` with a SIMULATE script (image by digest unless given) and answers its ARN. */
  register(script: string, changes?: Document, container?: Document): Promise<string>;
  /** Creates the service `web`. */
  create(taskDefinition: string, changes?: Document): Promise<Document>;
  update(changes: Document): Promise<Document>;
  service(): Promise<Document>;
  /** Every deployment's status, rollout state, desired, pending and running count, task definition's revision. */
  deployments(): Promise<string[]>;
  /** Status and reason of every service deployment, newest first. */
  rollouts(): Promise<string[]>;
  /** Event texts, oldest first, ids made short. */
  events(): Promise<string[]>;
  tasks(desiredStatus?: string): Promise<Document[]>;
  /** Moves the clock second by second, so that answers of health checks arrive in between. */
  pass(seconds: number): Promise<void>;
}

/** `behave` in place of the SIMULATE scripts. */
export async function createWorld(
  readings: Partial<Readings> = {},
  behave: (task: TaskToRun) => Behaviour = behaviourFromVariable,
  hooks: (hookTargetArn: string, payload: Document) => HookAnswer = () => ({
    kind: 'returned',
    body: { hookStatus: 'SUCCEEDED' },
  }),
): Promise<World> {
  const clock = manualClock();
  const logs = new Map<string, string[]>();
  const store: LogStore = {
    hasGroup: (group) => group === '/ecs/web',
    createGroup: () => undefined,
    append: (group, stream, message) => {
      const key = `${group} ${stream}`;
      logs.set(key, [...(logs.get(key) ?? []), message]);
    },
  };
  const targetGroups = fewTargetGroups(clock);
  const runtime = simulatedRuntime({ clock, logs: store, behave });
  const account = { accountId: '123456789012', region: 'eu-west-1' };
  const digest = `sha256:${'b'.repeat(64)}`;
  const images: Images = {
    list: () => Promise.resolve([]),
    manifest: (repository, tag) =>
      Promise.resolve(repository === 'web' && tag === 'v1' ? { digest, mediaType: '', body: '' } : undefined),
  };
  const registryHost = '127.0.0.1:5000';
  const hookCalls: Document[] = [];
  const listenerRules = fewRules();
  const ecs = createEcs({
    account,
    clock,
    runtime,
    targetGroups,
    listenerRules,
    hookTargets: {
      invoke: (hookTargetArn, payload) => {
        hookCalls.push(payload);
        return Promise.resolve(hooks(hookTargetArn, payload));
      },
    },
    images,
    registryHost,
    readings,
  });

  const call = async (operation: string, input: Document): Promise<Document> => {
    const handler = ecs.operations[operation];
    if (handler === undefined) throw new Error(`no operation ${operation}`);
    const answer = await handler(input, { region: 'eu-west-1', accessKeyId: 'test' });
    checkReply(operation, answer);
    return answer;
  };
  await call('CreateCluster', { clusterName: 'default' });

  const service = async (): Promise<Document> =>
    items(await call('DescribeServices', { services: ['web'] }), 'services')[0] ?? {};

  return {
    ecs,
    clock,
    listenerRules,
    hookCalls,
    logs,
    call,
    service,
    register: async (script, changes = {}, container = {}) => {
      const answer = await call('RegisterTaskDefinition', taskDefinition(script, changes, container));
      return text(item(answer, 'taskDefinition'), 'taskDefinitionArn');
    },
    create: async (taskDefinitionArn, changes = {}) =>
      item(
        await call('CreateService', {
          serviceName: 'web',
          taskDefinition: taskDefinitionArn,
          desiredCount: 1,
          launchType: 'FARGATE',
          networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } },
          ...changes,
        }),
        'service',
      ),
    update: async (changes) => item(await call('UpdateService', { service: 'web', ...changes }), 'service'),
    deployments: async () =>
      items(await service(), 'deployments').map((one) =>
        [
          text(one, 'status'),
          text(one, 'rolloutState'),
          ['desiredCount', 'pendingCount', 'runningCount'].map((count) => text(one, count)).join('/'),
          text(one, 'taskDefinition').split('/')[1],
        ].join(' '),
      ),
    rollouts: async () => {
      const answer = await call('ListServiceDeployments', { service: 'web' });
      return items(answer, 'serviceDeployments').map((one) =>
        [text(one, 'status'), text(one, 'statusReason')].filter((part) => part !== '').join(': '),
      );
    },
    events: async () =>
      items(await service(), 'events')
        .map((event) => text(event, 'message').replaceAll(/(ecs-svc\/|task )\w+/g, '$1N'))
        .toReversed(),
    pass: async (seconds) => {
      for (let second = 0; second < seconds; second++) {
        clock.advance(1);
        for (let turn = 0; turn < 4; turn++) await Promise.resolve();
      }
    },
    tasks: async (desiredStatus = 'RUNNING') => {
      const { taskArns } = await call('ListTasks', { serviceName: 'web', desiredStatus });
      if (!Array.isArray(taskArns) || taskArns.length === 0) return [];
      return items(await call('DescribeTasks', { tasks: taskArns }), 'tasks');
    },
  };
}

/** Every reply must be one that the newest schema of the SDK allows. */
function checkReply(operation: string, answer: Document): void {
  const service = services.find(({ name }) => name === 'ecs');
  const shapes = service === undefined ? undefined : operationShapes(service, operation);
  if (shapes === undefined) throw new Error(`the schema has no ${operation}`);
  const problems = check(shapes.output, answer).filter(({ path }) => !path.includes('fromTheFuture'));
  if (problems.length > 0) throw new Error(`${operation}: ${JSON.stringify(problems)}`);
}

export function taskDefinition(script: string, changes: Document = {}, container: Document = {}): Document {
  return {
    family: 'web',
    requiresCompatibilities: ['FARGATE'],
    networkMode: 'awsvpc',
    cpu: '256',
    memory: '512',
    containerDefinitions: [
      {
        name: 'app',
        image: `docker.io/library/web@sha256:${'a'.repeat(64)}`,
        portMappings: [{ containerPort: 8080 }],
        environment: [{ name: 'SIMULATE', value: script }],
        ...container,
      },
    ],
    ...changes,
  };
}

export function items(document: Document, member: string): Document[] {
  const value = document[member];
  return Array.isArray(value) ? value.filter(isDocument) : [];
}

/** A text or number of a document as text; empty when it is missing. */
export function text(document: Document, member: string): string {
  const value = document[member];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

export function item(document: Document, member: string): Document {
  const value = document[member];
  if (!isDocument(value)) throw new Error(`no ${member} in ${JSON.stringify(document)}`);
  return value;
}

export const loadBalancers: Json[] = [{ targetGroupArn, containerName: 'app', containerPort: 8080 }];

/** A rule for production traffic that forwards to the first group, and one for test traffic to the other. */
function fewRules(): ListenerRules {
  const rules = new Map<string, ReadonlyMap<string, number>>([
    [productionRuleArn, new Map([[targetGroupArn, 1]])],
    [testRuleArn, new Map([[alternateGroupArn, 1]])],
  ]);
  return {
    weightsOf: (ruleArn) => rules.get(ruleArn),
    forward: (ruleArn, weights) => rules.set(ruleArn, weights),
  };
}

/** Target groups that ask every target once, ten seconds after it came, and drains for twenty. */
function fewTargetGroups(clock: ManualClock): TargetGroups {
  const healths = new Map<string, TargetHealth>();
  const listeners: ((group: string, taskArn: string, health: TargetHealth) => void)[] = [];
  const set = (target: Target, health: TargetHealth): void => {
    if (!healths.has(target.taskArn)) return;
    healths.set(target.taskArn, health);
    for (const listener of listeners) listener(target.targetGroupArn, target.taskArn, health);
  };
  return {
    has: (arn) => arn === targetGroupArn || arn === alternateGroupArn,
    register: (target) => {
      healths.set(target.taskArn, { state: 'initial', reason: 'Elb.RegistrationInProgress' });
      clock.after(10, () => {
        void target.address.get(target.containerPort, '/', 5).then(
          ({ status }) =>
            set(
              target,
              status === 200
                ? { state: 'healthy' }
                : {
                    state: 'unhealthy',
                    reason: 'Target.ResponseCodeMismatch',
                    description: `Health checks failed with these codes: [${status}]`,
                  },
            ),
          () =>
            set(target, { state: 'unhealthy', reason: 'Target.Timeout', description: 'Request timed out' }),
        );
      });
    },
    deregister: (_arn, taskArn, drained) => {
      healths.set(taskArn, { state: 'draining' });
      clock.after(20, () => {
        healths.delete(taskArn);
        drained();
      });
    },
    remove: (_arn, taskArn) => healths.delete(taskArn),
    healthOf: (_arn, taskArn) => healths.get(taskArn),
    onChange: (listener) => {
      listeners.push(listener);
    },
  };
}
