import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import type { ECRClient } from '@aws-sdk/client-ecr';
import { ECSClient } from '@aws-sdk/client-ecs';
import type { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { STSClient } from '@aws-sdk/client-sts';
import type { MiddlewareStack } from '@smithy/types';
import type { Clock } from '../process/clock.ts';
import { Failure } from '../process/failure.ts';
import { createPace } from './pace.ts';
import { requestHandler } from './request-handler.ts';
import type { Sessions } from './session.ts';
import { credentialsOf, renewWhenExpired } from './session-credentials.ts';

/** The clients of one region. ECS is always needed; the others are loaded when a run needs them. */
export interface Aws {
  readonly ecs: ECSClient;
  /** For single reads of another region. */
  readonly ecsOf: (region: string) => ECSClient;
  readonly ecr: (region?: string) => Promise<ECRClient>;
  readonly logs: (region?: string) => Promise<CloudWatchLogsClient>;
  readonly elb: () => Promise<ElasticLoadBalancingV2Client>;
  readonly secrets: (region?: string) => Promise<SecretsManagerClient>;
  readonly sts: (region?: string) => Promise<STSClient>;
  /** Undefined: the job's own credentials are used, and not renewed. */
  readonly sessions: Sessions | undefined;
}

/**
 * @param clock paces the calls to ECS
 * @param region undefined: the one that the SDK finds (AWS_REGION, the configuration file)
 * @param sessions undefined: the job's own credentials, as the SDK finds them
 */
export function openAws(region: string | undefined, clock: Clock, sessions?: Sessions): Aws {
  const config = (own: string | undefined = region) => ({
    ...(own === undefined ? {} : { region: own }),
    // One attempt: call.ts and the callers of UpdateService decide what is sent again, and when.
    maxAttempts: 1,
    requestHandler: requestHandler(),
    ...(sessions === undefined ? {} : { credentials: credentialsOf(sessions) }),
  });
  /** Opens a client whose session is renewed once AWS says that it has expired. */
  const open = <C, I extends object, O extends object>(
    Client: new (
      settings: ReturnType<typeof config>,
    ) => C & {
      readonly middlewareStack: MiddlewareStack<I, O>;
    },
    own?: string,
  ): C => {
    const client = new Client(config(own));
    if (sessions !== undefined) renewWhenExpired(client.middlewareStack, sessions);
    return client;
  };
  const ecs = open(ECSClient);
  const pace = createPace(clock);
  ecs.middlewareStack.add(
    (next, { commandName = '' }) =>
      async (step) => {
        await pace(commandName.replace(/Command$/, ''));
        return next(step);
      },
    { step: 'initialize', name: 'pace' },
  );
  return {
    ecs,
    sessions,
    ecsOf: (own) => open(ECSClient, own),
    ecr: async (own) => open((await import('@aws-sdk/client-ecr')).ECRClient, own),
    logs: async (own) => open((await import('@aws-sdk/client-cloudwatch-logs')).CloudWatchLogsClient, own),
    elb: async () =>
      open((await import('@aws-sdk/client-elastic-load-balancing-v2')).ElasticLoadBalancingV2Client),
    secrets: async (own) => open((await import('@aws-sdk/client-secrets-manager')).SecretsManagerClient, own),
    sts: async (own) => open((await import('@aws-sdk/client-sts')).STSClient, own),
  };
}

/**
 * Whether a text has the form of AWS's regions. Only the form counts, because new regions have new words. The text
 * becomes part of a host name, so a wrong one is refused here rather than by a host that isn't found.
 */
export function isRegion(text: string): boolean {
  return /^[a-z]{2,}(-[a-z]+)+-\d+$/.test(text);
}

/**
 * Checks the region that the SDK found: the input, AWS_REGION or the configuration file.
 * @throws Failure region-missing
 */
export async function checkRegion({ ecs }: Aws): Promise<void> {
  const region = await ecs.config.region().catch(() => undefined);
  if (region !== undefined && isRegion(region)) return;
  throw new Failure({
    code: 'region-missing',
    fault: 'yours',
    message: region
      ? `The AWS region is set to ${JSON.stringify(region)}, which isn't a region, such as eu-west-1.`
      : 'No AWS region is set.',
    advice: 'Set the input region, or the variable AWS_REGION.',
  });
}
