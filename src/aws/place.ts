import { systemClock } from '../process/clock.ts';
import type { Aws } from './clients.ts';

/** A message about something missing isn't worth a longer wait. */
const mostMilliseconds = 3_000;

/** The account and region of this job's credentials. */
export interface Place {
  readonly region: string;
  /** Undefined when STS gave no answer in time. */
  readonly account: string | undefined;
}

/** Asks STS for the account, which needs no permission (documented). Throws only if no region is known. */
export async function readPlace(aws: Pick<Aws, 'ecs' | 'sts'>): Promise<Place> {
  const region = await aws.ecs.config.region();
  const answered = new AbortController();
  const late = systemClock.sleep(mostMilliseconds, answered.signal).then(() => undefined);
  const account = await Promise.race([accountOf(aws, region, answered.signal).catch(() => undefined), late]);
  answered.abort();
  return { region, account };
}

/** Where something was looked for, in words: `account 123456789012, region eu-west-1`. */
export async function placeOf(aws: Pick<Aws, 'ecs' | 'sts'>): Promise<string> {
  const { region, account } = await readPlace(aws);
  return account === undefined ? `region ${region}` : `account ${account}, region ${region}`;
}

/** The same of a resource of AWS; undefined for a text that is no ARN. Pure. */
export function placeInArn(arn: string | undefined): string | undefined {
  const [, , , region = '', account = ''] = arn?.split(':') ?? [];
  return /^\d{12}$/.test(account) && region !== '' ? `account ${account}, region ${region}` : undefined;
}

async function accountOf(
  aws: Pick<Aws, 'sts'>,
  region: string,
  abortSignal: AbortSignal,
): Promise<string | undefined> {
  const { GetCallerIdentityCommand } = await import('@aws-sdk/client-sts');
  const sts = await aws.sts(region);
  const { Account: account } = await sts.send(new GetCallerIdentityCommand(), { abortSignal });
  return account !== undefined && /^\d{12}$/.test(account) ? account : undefined;
}
