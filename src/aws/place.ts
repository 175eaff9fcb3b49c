import type { ECSClient } from '@aws-sdk/client-ecs';
import { systemClock } from '../process/clock.ts';
import { sendRaw } from './raw.ts';

/** A message about something missing isn't worth a longer wait. */
const mostMilliseconds = 3_000;

/**
 * Where something was looked for, in words: `account 123456789012, region eu-west-1`. The account is asked of STS, which
 * needs no permission (documented); without an answer it is left out. Never throws.
 */
export async function placeOf(ecs: ECSClient): Promise<string> {
  const answered = new AbortController();
  const late = systemClock.sleep(mostMilliseconds, answered.signal).then(() => undefined);
  const account = await Promise.race([accountOf(ecs, answered.signal).catch(() => undefined), late]);
  answered.abort();
  const region = await ecs.config.region();
  return account === undefined ? `region ${region}` : `account ${account}, region ${region}`;
}

/** The same of a resource of AWS; undefined for a text that is no ARN. Pure. */
export function placeInArn(arn: string | undefined): string | undefined {
  const [, , , region = '', account = ''] = arn?.split(':') ?? [];
  return /^\d{12}$/.test(account) && region !== '' ? `account ${account}, region ${region}` : undefined;
}

async function accountOf(ecs: ECSClient, over: AbortSignal): Promise<string | undefined> {
  const request = {
    service: 'sts',
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'Action=GetCallerIdentity&Version=2011-06-15',
  } as const;
  const { body } = await sendRaw(ecs, request, over);
  return /<Account>(\d{12})<\/Account>/.exec(body)?.[1];
}
