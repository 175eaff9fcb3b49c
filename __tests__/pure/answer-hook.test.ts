import { type ECSClient, ECSServiceException, type ServiceDeployment } from '@aws-sdk/client-ecs';
import type { Calling } from '../../src/aws/call.ts';
import { answerHook, answerIn } from '../../src/deployment/answer-hook.ts';
import { ExchangeError } from '../../src/exchange/exchange-error.ts';
import type { Reader } from '../../src/service/reader.ts';

const hookId = 'ecs-pause-1';
const hook = { serviceDeploymentArn: 'sd/200', hookId };

const inStage = (hookStatus: string, status = 'IN_PROGRESS'): ServiceDeployment => ({
  status: status as 'IN_PROGRESS',
  lifecycleHookDetails: [{ hookId, status: hookStatus as 'AWAITING_ACTION' }],
});
const past = (status: string): ServiceDeployment => ({ status: status as 'IN_PROGRESS' });
const waiting = inStage('AWAITING_ACTION');
const continued = inStage('SUCCEEDED');

describe('what the record shows of an answer', () => {
  it.each<[string, ServiceDeployment, string, string]>([
    ['the hook still waits', waiting, 'waiting', 'waiting'],
    ['the hook succeeded', continued, 'taken', 'closed'],
    ['the hook failed', inStage('FAILED'), 'closed', 'taken'],
    ['the hook timed out', inStage('TIMED_OUT'), 'closed', 'closed'],
    ['the hook has a status that nobody knows', inStage('RELEASING'), 'taken', 'closed'],
    ['the stage is over, and its hooks with it', past('IN_PROGRESS'), 'taken', 'closed'],
    ['the deployment waits in another status', past('PENDING'), 'taken', 'closed'],
    [
      'another hook waits',
      { ...waiting, lifecycleHookDetails: [{ hookId: 'ecs-pause-2' }] },
      'taken',
      'closed',
    ],
    ['a rollback was requested', inStage('AWAITING_ACTION', 'ROLLBACK_REQUESTED'), 'closed', 'taken'],
    ['it rolls back', past('ROLLBACK_IN_PROGRESS'), 'closed', 'taken'],
    ['it has rolled back', past('ROLLBACK_SUCCESSFUL'), 'over', 'taken'],
    ['its rollback failed', past('ROLLBACK_FAILED'), 'over', 'taken'],
    ['another deployment stops it', inStage('AWAITING_ACTION', 'STOP_REQUESTED'), 'closed', 'closed'],
    ['it was stopped', past('STOPPED'), 'over', 'over'],
    ['it succeeded', past('SUCCESSFUL'), 'taken', 'over'],
  ])('%s', (_, record, forContinue, forRollback) => {
    expect([answerIn(record, hookId, 'CONTINUE'), answerIn(record, hookId, 'ROLLBACK')]).toEqual([
      forContinue,
      forRollback,
    ]);
  });
});

const refusal = (message: string, name = 'InvalidParameterException', status = 400) =>
  new ECSServiceException({ name, message, $fault: 'client', $metadata: { httpStatusCode: status } });
const closedHook = refusal(
  'Provided hookId is either completed, unavailable, or not associated with the given Resource ARN',
);
const terminal = refusal(
  'Continuing a service deployment is not allowed for service deployment in terminal states.',
);
const missing = refusal('The service deployment does not exist.', 'ServiceDeploymentNotFoundException');
const otherwise = refusal('No.');
const denied = refusal('not authorized', 'AccessDeniedException');
const throttled = refusal('Rate exceeded', 'ThrottlingException');
const lost = new ExchangeError('cut-off', 'the connection was reset', true);
const unsent = new ExchangeError('not-connected', 'no connection', false);

type Reply = 'taken' | Error;
type Reading = ServiceDeployment | 'fails';

interface Case {
  readonly replies: readonly Reply[];
  readonly readings?: readonly Reading[];
  readonly action?: 'CONTINUE' | 'ROLLBACK';
  readonly signal?: AbortSignal;
}

/** Answers a hook; each list is used one by one, its last entry for good. */
async function answer({ replies, readings = [waiting], action = 'CONTINUE', signal }: Case) {
  const sent: unknown[] = [];
  const said: string[] = [];
  let reads = 0;
  let now = 0;
  const at = <T>(list: readonly T[], index: number): T | undefined => list[Math.min(index, list.length - 1)];
  const reader = {
    serviceDeployment: () => {
      const reading = at(readings, reads++);
      return reading === 'fails' ? Promise.reject(denied) : Promise.resolve(reading);
    },
    until: () => reader,
  } as unknown as Reader;
  const ecs = {
    send: ({ input }: { readonly input: unknown }) => {
      const reply = at(replies, sent.push(input) - 1);
      return reply instanceof Error ? Promise.reject(reply) : Promise.resolve({});
    },
  } as unknown as ECSClient;
  const calling: Calling = {
    clock: {
      now: () => now,
      random: () => 0,
      sleep: (milliseconds) => {
        now += milliseconds;
        return Promise.resolve();
      },
    },
    say: (line) => void said.push(line),
    ...(signal === undefined ? {} : { signal }),
  };
  const result = await answerHook({ ecs, calling, reader }, hook, action).catch((error: unknown) => error);
  return { result, sent, reads, said, seconds: now / 1000 };
}

describe('an answer to a pause hook', () => {
  const answered = { kind: 'answered' };

  it('names the hook and what to do', async () => {
    const { sent } = await answer({ replies: ['taken'], action: 'ROLLBACK' });
    expect(sent).toEqual([{ ...hook, action: 'ROLLBACK' }]);
  });

  it.each<
    [string, Case, unknown, { readonly sent: number; readonly reads: number; readonly seconds: number }]
  >([
    ['is sent once', { replies: ['taken'] }, answered, { sent: 1, reads: 0, seconds: 0 }],
    [
      'is sent again when it was throttled',
      { replies: [throttled, unsent, 'taken'] },
      answered,
      { sent: 3, reads: 0, seconds: 1.5 },
    ],
    [
      'is not sent again when its reply was lost and the record shows it',
      { replies: [lost], readings: [waiting, continued] },
      answered,
      { sent: 1, reads: 2, seconds: 2 },
    ],
    [
      'is sent again when its reply was lost and the hook waits on',
      { replies: [lost, 'taken'] },
      answered,
      { sent: 2, reads: 5, seconds: 8 },
    ],
    [
      'counts as taken when the second one is refused',
      { replies: [lost, closedHook] },
      answered,
      { sent: 2, reads: 6, seconds: 8 },
    ],
    [
      'counts as taken when the second one is refused, and the record shows it late',
      { replies: [lost, closedHook], readings: [waiting, waiting, waiting, waiting, waiting, continued] },
      answered,
      { sent: 2, reads: 6, seconds: 8 },
    ],
    [
      'whose reply was lost finds that the hook timed out',
      { replies: [lost], readings: [inStage('TIMED_OUT')] },
      { kind: 'closed', record: inStage('TIMED_OUT') },
      { sent: 1, reads: 1, seconds: 0 },
    ],
    [
      'whose reply was lost finds that the deployment is over',
      { replies: [lost], readings: [past('STOPPED')] },
      { kind: 'over', record: past('STOPPED') },
      { sent: 1, reads: 1, seconds: 0 },
    ],
    [
      'comes too late for the hook',
      { replies: [closedHook], readings: [continued] },
      { kind: 'closed', record: continued },
      { sent: 1, reads: 1, seconds: 0 },
    ],
    [
      'comes too late for the hook, and nobody may read the record',
      { replies: [closedHook], readings: ['fails'] },
      { kind: 'closed', record: undefined },
      { sent: 1, reads: 1, seconds: 0 },
    ],
    [
      'comes too late for the deployment',
      { replies: [terminal], readings: [past('SUCCESSFUL')] },
      { kind: 'over', record: past('SUCCESSFUL') },
      { sent: 1, reads: 1, seconds: 0 },
    ],
    [
      'that comes too late to roll back finds how the deployment ended',
      { replies: [terminal], readings: [past('ROLLBACK_SUCCESSFUL')], action: 'ROLLBACK' },
      { kind: 'over', record: past('ROLLBACK_SUCCESSFUL') },
      { sent: 1, reads: 1, seconds: 0 },
    ],
    [
      'is refused in words that nobody knows while the record shows the end',
      { replies: [otherwise], readings: [past('STOPPED')] },
      { kind: 'over', record: past('STOPPED') },
      { sent: 1, reads: 1, seconds: 0 },
    ],
    ['is refused for another reason', { replies: [otherwise] }, otherwise, { sent: 1, reads: 1, seconds: 0 }],
    ['names no deployment', { replies: [missing] }, { kind: 'not-found' }, { sent: 1, reads: 0, seconds: 0 }],
    ['is not permitted', { replies: [denied] }, denied, { sent: 1, reads: 0, seconds: 0 }],
    [
      'is not sent in a cancelled run',
      { replies: ['taken'], signal: AbortSignal.abort() },
      { kind: 'cancelled' },
      { sent: 0, reads: 0, seconds: 0 },
    ],
    [
      'is given up when no reply ever comes',
      { replies: [lost] },
      { kind: 'unknown', why: 'the connection was reset' },
      { sent: 9, reads: 40, seconds: 64 },
    ],
    [
      'is given up when it is always throttled',
      { replies: [throttled] },
      throttled,
      { sent: 9, reads: 0, seconds: 27.5 },
    ],
  ])('%s', async (_, given, result, { sent, reads, seconds }) => {
    const came = await answer(given);
    expect({ ...came, sent: came.sent.length }).toMatchObject({ result, sent, reads, seconds });
  });
});
