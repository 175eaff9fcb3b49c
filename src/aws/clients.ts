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

/** The clients of one region. ECS is always needed; the others are loaded by the runs that need them. */
export interface Aws {
  readonly ecs: ECSClient;
  /** For single reads of another region. */
  readonly ecsOf: (region: string) => ECSClient;
  readonly ecr: (region?: string) => Promise<ECRClient>;
  readonly logs: (region?: string) => Promise<CloudWatchLogsClient>;
  readonly elb: () => Promise<ElasticLoadBalancingV2Client>;
  readonly secrets: (region?: string) => Promise<SecretsManagerClient>;
  readonly sts: (region?: string) => Promise<STSClient>;
  /** Undefined: the job's credentials are used, which nobody here renews. */
  readonly sessions: Sessions | undefined;
}

/**
 * @param clock paces the calls to ECS
 * @param region undefined: as the SDK finds it (AWS_REGION, the configuration file)
 * @param sessions undefined: the job's credentials, as the SDK finds them
 */
export function openAws(region: string | undefined, clock: Clock, sessions?: Sessions): Aws {
  const config = (own: string | undefined = region) => ({
    ...(own === undefined ? {} : { region: own }),
    // One attempt: what is sent again, and when, is decided by call.ts and by the callers of UpdateService.
    maxAttempts: 1,
    requestHandler: requestHandler(),
    ...(sessions === undefined ? {} : { credentials: credentialsOf(sessions) }),
  });
  const renew = <I extends object, O extends object>(stack: MiddlewareStack<I, O>): void => {
    if (sessions !== undefined) renewWhenExpired(stack, sessions);
  };
  const ecs = new ECSClient(config());
  renew(ecs.middlewareStack);
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
    ecsOf: (own) => {
      const other = new ECSClient(config(own));
      renew(other.middlewareStack);
      return other;
    },
    ecr: async (own) => {
      const { ECRClient } = await import('@aws-sdk/client-ecr');
      const ecr = new ECRClient(config(own));
      renew(ecr.middlewareStack);
      return ecr;
    },
    logs: async (own) => {
      const { CloudWatchLogsClient } = await import('@aws-sdk/client-cloudwatch-logs');
      const logs = new CloudWatchLogsClient(config(own));
      renew(logs.middlewareStack);
      return logs;
    },
    elb: async () => {
      const { ElasticLoadBalancingV2Client } = await import('@aws-sdk/client-elastic-load-balancing-v2');
      const elb = new ElasticLoadBalancingV2Client(config());
      renew(elb.middlewareStack);
      return elb;
    },
    secrets: async (own) => {
      const { SecretsManagerClient } = await import('@aws-sdk/client-secrets-manager');
      const secrets = new SecretsManagerClient(config(own));
      renew(secrets.middlewareStack);
      return secrets;
    },
    sts: async (own) => {
      const { STSClient } = await import('@aws-sdk/client-sts');
      const sts = new STSClient(config(own));
      renew(sts.middlewareStack);
      return sts;
    },
  };
}

/**
 * As all of AWS's regions are written. Only the shape is looked at: new regions have new words. It becomes part of a
 * host name, so that one that can't be one is refused here and not by a name that is not found.
 */
export function isRegion(text: string): boolean {
  return /^[a-z]{2,}(-[a-z]+)+-\d+$/.test(text);
}

/**
 * The region that the SDK found, by the input, AWS_REGION or the configuration file.
 * @throws Failure region-missing
 */
export async function checkRegion({ ecs }: Aws): Promise<void> {
  const region = await ecs.config.region().catch(() => undefined);
  if (region !== undefined && isRegion(region)) return;
  throw new Failure({
    code: 'region-missing',
    fault: 'yours',
    message: region
      ? `The AWS region is ${JSON.stringify(region)}, which is none; it is written like eu-west-1.`
      : 'No AWS region is known.',
    advice: 'Set the input region, or AWS_REGION (the sign-in action does).',
  });
}
