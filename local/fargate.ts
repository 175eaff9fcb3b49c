import { type AccountServices, createAccountServices } from './account-services/account-services.ts';
import { type Account, defaultAccount } from './base/account.ts';
import { type Clock, runningClock } from './base/clock.ts';
import { clientEnvironment } from './client-environment.ts';
import type { ImageTable } from './ecr/image-table.ts';
import type { Images } from './ecr/images.ts';
import type { PullThrough } from './ecr/pull-through.ts';
import { type LocalRegistry, startRegistries } from './ecr/registries.ts';
import type { Findings } from './ecr/scans.ts';
import { createEcs, type Ecs } from './ecs/ecs.ts';
import type { Readings } from './ecs/model/readings.ts';
import { createElb } from './elb/elb.ts';
import type { ListenerRules } from './elb/listener-rules.ts';
import type { TargetGroups } from './elb/target-groups.ts';
import { type LambdaFunction, lambdaFunctions } from './functions/functions.ts';
import type { LogStore } from './logs/log-store.ts';
import { createLogs } from './logs/logs.ts';
import { dockerRuntime } from './runtime/docker/runtime.ts';
import type { TaskToRun } from './runtime/runtime.ts';
import type { Behaviour } from './runtime/simulated/behaviour.ts';
import { simulatedRuntime } from './runtime/simulated/runtime.ts';
import { behaviourFromVariable } from './runtime/simulated/variable.ts';
import type { UnknownMembers } from './server/answer.ts';
import type { Calls } from './server/calls.ts';
import type { Faults } from './server/faults.ts';
import { publishedRates, unlimited } from './server/rates.ts';
import { startServer } from './server/server.ts';
import { createSts, type Trust } from './sts/sts.ts';

/** A running local Fargate: where it listens, and the handles that tests and the demo control it with. */
export interface Fargate {
  /** `http://127.0.0.1:PORT`, what AWS_ENDPOINT_URL takes. */
  readonly endpoint: string;
  readonly account: Account;
  readonly clock: Clock;
  /** The variables that point an AWS client (SDK, CLI, the action) at it: endpoint, region, credentials. */
  readonly environment: Readonly<Record<string, string>>;
  /** Every call of a client. */
  readonly calls: Calls;
  /** Faults to inject into their calls. */
  readonly faults: Faults;
  /** How many requests still wait for their response. */
  openRequests(): number;
  readonly ecs: Pick<Ecs, 'interfere' | 'snapshot' | 'onChange'>;
  /** Every image of the local ECR; `put` adds one without a push, for simulated tasks. */
  readonly images: ImageTable;
  readonly logs: LogStore;
  /** Roles, secrets, parameters and files, as the checks before a deployment see them. */
  readonly accountServices: AccountServices;
  readonly targetGroups: Pick<TargetGroups, 'healthOf' | 'onChange'>;
  /** The weights of a listener rule by target group; undefined when the rule doesn't exist. */
  readonly ruleWeights: ListenerRules['weightsOf'];
  /** `127.0.0.1:PORT`: what repository URIs begin with. */
  readonly registryHost: string;
  /** The registries of `otherRegistries`, in the same order. */
  readonly otherRegistries: readonly LocalRegistry[];
  close(): Promise<void>;
}

export interface FargateOptions {
  readonly runtime: 'simulated' | 'docker';
  /** Defaults to real time. */
  readonly clock?: Clock;
  /** Defaults to any free port. */
  readonly port?: number;
  readonly account?: Account;
  /** What a simulated task does. Defaults to its environment variable SIMULATE; without one, everything goes well. */
  readonly behave?: (task: TaskToRun) => Behaviour;
  /** Other readings of what AWS doesn't document. */
  readonly readings?: Partial<Readings>;
  readonly unknownMembers?: UnknownMembers;
  /** The Lambda functions that lifecycle hooks call, by ARN. */
  readonly functions?: Readonly<Record<string, LambdaFunction>>;
  /** Trust policies of roles, by ARN; anybody can assume any other role. */
  readonly trust?: Trust;
  /** Whether ECS's published API rates are enforced. Defaults to none. */
  readonly rates?: 'published' | 'none';
  /** Whether to start a real registry to push to; tasks in Docker always have one. */
  readonly registry?: 'real' | 'none';
  /** The registries of other accounts and regions. */
  readonly otherRegistries?: readonly Account[];
  /** For the registry's files. Defaults to a temporary folder. */
  readonly tempFolder?: string;
  /** What ECR's image scans find. Defaults to nothing. */
  readonly findings?: (repository: string, digest: string) => Findings;
  /** Values of tasks' secrets in Docker by their `valueFrom`. */
  readonly secretValues?: Readonly<Record<string, string>>;
}

/**
 * Starts a local Fargate on 127.0.0.1: an empty account.
 *
 * @throws Error if Docker or a registry is needed and unavailable; then nothing is left running
 */
export async function startFargate(options: FargateOptions): Promise<Fargate> {
  const { account = defaultAccount, clock = runningClock() } = options;
  await using starting = new AsyncDisposableStack();

  const logs = createLogs({ account, clock });
  const elb = createElb({ account, clock });
  starting.defer(() => elb.close());
  const sts = createSts({ account, clock, ...(options.trust === undefined ? {} : { trust: options.trust }) });
  const accountServices = createAccountServices(account);
  const registries = await startRegistries(
    {
      account,
      others: options.otherRegistries ?? [],
      clock,
      hasRegistry: options.runtime === 'docker' || options.registry === 'real',
      tempFolder: options.tempFolder,
      findings: options.findings,
    },
    starting,
  );
  const { host: registryHost, images, authorization } = registries.own;

  const runtime =
    options.runtime === 'docker'
      ? await dockerRuntime({
          clock,
          logs: logs.store,
          registryLogin: {
            host: registryHost,
            username: 'AWS',
            password: () => authorization.issue().password,
          },
          ...(options.secretValues === undefined ? {} : { secretValues: options.secretValues }),
        })
      : simulatedRuntime({
          clock,
          logs: logs.store,
          behave: options.behave ?? behaviourFromVariable,
          registries: new Map(
            [registries.own, ...registries.others].map(({ host, images: own, ecr }) => [
              host,
              pulledImages(own, ecr.pullThrough),
            ]),
          ),
        });
  const ecs = createEcs({
    account,
    clock,
    runtime,
    targetGroups: elb.targetGroups,
    listenerRules: elb.listenerRules,
    hookTargets: lambdaFunctions(options.functions ?? {}),
    images: pulledImages(images, registries.own.ecr.pullThrough),
    registryHost,
    readings: options.readings ?? {},
  });
  starting.defer(() => ecs.close());

  const server = await startServer({
    account,
    clock,
    port: options.port ?? 0,
    operations: {
      ecs: ecs.operations,
      ecr: registries.operations,
      logs: logs.operations,
      elbv2: elb.operations,
      sts: sts.operations,
      ...accountServices.operations,
    },
    hasFile: (path) => !accountServices.missing.has(path),
    unknownMembers: options.unknownMembers ?? 'drop',
    rates: options.rates === 'published' ? publishedRates(clock) : unlimited,
    refuseSigner: (signer) => sts.refuse(signer),
  });
  starting.defer(() => server.close());

  const started = starting.move();
  return {
    endpoint: server.endpoint,
    account,
    clock,
    environment: clientEnvironment(server.endpoint, account.region),
    calls: server.calls,
    faults: server.faults,
    openRequests: () => server.openRequests(),
    ecs,
    images,
    logs: logs.store,
    accountServices,
    targetGroups: elb.targetGroups,
    ruleWeights: (ruleArn) => elb.listenerRules.weightsOf(ruleArn),
    registryHost,
    otherRegistries: registries.others,
    close: () => started.disposeAsync(),
  };
}

/** What a task sees of the images: one that a pull-through cache rule is for comes by the pull. */
function pulledImages(images: Images, pullThrough: PullThrough): Images {
  return {
    list: (repository) => images.list(repository),
    manifest: async (repository, reference) => {
      await pullThrough.bring(repository, reference);
      return images.manifest(repository, reference);
    },
  };
}
