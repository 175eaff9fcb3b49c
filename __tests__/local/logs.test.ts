import { manualClock } from '../../local/base/clock.ts';
import type { LogStore } from '../../local/logs/log-store.ts';
import { createLogs } from '../../local/logs/logs.ts';
import type { Document } from '../../local/server/operation.ts';

const account = { accountId: '123456789012', region: 'eu-west-1' };
const begin = Date.UTC(2026, 0, 1);

type Call = (operation: string, input: Document) => Promise<Document>;

/** One line a second from the start on, in the stream `s` of the group `g`. */
function start(lines: readonly string[] = []): { store: LogStore; call: Call } {
  const clock = manualClock(begin);
  const { store, operations } = createLogs({ account, clock });
  store.createGroup('g');
  for (const line of lines) {
    store.append('g', 's', line);
    clock.advance(1);
  }
  const call: Call = async (operation, input) =>
    (await operations[operation]?.(input, { region: 'eu-west-1', accessKeyId: 'local' })) ?? {};
  return { store, call };
}

const stream = { logGroupName: 'g', logStreamName: 's' };
const letters = ['a', 'b', 'c', 'd', 'e'];

function messages({ events }: Document): string[] {
  return Array.isArray(events) ? events.map((event) => String(Object(event).message)) : [];
}

describe('GetLogEvents', () => {
  it('answers the newest events with whole milliseconds', async () => {
    const { call } = start(letters);
    const answer = await call('GetLogEvents', { ...stream, limit: 1 });
    const timestamp = begin + 4000;
    expect(answer.events).toEqual([{ timestamp, ingestionTime: timestamp, message: 'e' }]);
  });

  it('goes on forward until the same token comes back, lines that come meanwhile included', async () => {
    const { store, call } = start(letters);
    const first = await call('GetLogEvents', { ...stream, startFromHead: true, limit: 3 });
    const second = await call('GetLogEvents', { ...stream, limit: 3, nextToken: first.nextForwardToken });
    const end = await call('GetLogEvents', { ...stream, nextToken: second.nextForwardToken });
    expect([messages(first), messages(second), messages(end)]).toEqual([['a', 'b', 'c'], ['d', 'e'], []]);
    expect(end.nextForwardToken).toBe(second.nextForwardToken);
    store.append('g', 's', 'f');
    expect(messages(await call('GetLogEvents', { ...stream, nextToken: end.nextForwardToken }))).toEqual([
      'f',
    ]);
  });

  it('goes on backward from the tail', async () => {
    const { call } = start(letters);
    const tail = await call('GetLogEvents', { ...stream, limit: 2 });
    const before = await call('GetLogEvents', { ...stream, limit: 2, nextToken: tail.nextBackwardToken });
    expect([messages(tail), messages(before)]).toEqual([
      ['d', 'e'],
      ['b', 'c'],
    ]);
  });

  it('has tokens for a stream with nothing in the time asked for', async () => {
    const { call } = start(letters);
    const none = await call('GetLogEvents', { ...stream, endTime: begin });
    expect(none).toEqual({
      events: [],
      nextForwardToken: expect.any(String),
      nextBackwardToken: expect.any(String),
    });
    const again = await call('GetLogEvents', { ...stream, endTime: begin, nextToken: none.nextForwardToken });
    expect(again.nextForwardToken).toBe(none.nextForwardToken);
  });

  it('takes a start that is inclusive and an end that is not', async () => {
    const { call } = start(letters);
    const answer = await call('GetLogEvents', { ...stream, startTime: begin + 1000, endTime: begin + 3000 });
    expect(messages(answer)).toEqual(['b', 'c']);
  });

  it.each<[string, Document, string]>([
    ['a missing group', { logGroupName: 'x', logStreamName: 's' }, 'ResourceNotFoundException'],
    ['a missing stream', { logGroupName: 'g', logStreamName: 'x' }, 'ResourceNotFoundException'],
    ['no group at all', { logStreamName: 's' }, 'InvalidParameterException'],
    ['a limit over 10,000', { ...stream, limit: 10_001 }, 'InvalidParameterException'],
    ['a token of nobody', { ...stream, nextToken: 'x' }, 'InvalidParameterException'],
  ])('refuses %s', async (_what, input, code) => {
    await expect(start(letters).call('GetLogEvents', input)).rejects.toMatchObject({ code });
  });
});

describe('FilterLogEvents', () => {
  it.each<[string, Document, string[]]>([
    ['all streams in the order of time', {}, ['a', 'b', 'c', 'd', 'e', 'error: no', 'fine']],
    ['streams by prefix', { logStreamNamePrefix: 'other' }, ['error: no', 'fine']],
    ['streams by name', { logStreamNames: ['s'] }, letters],
    ['terms', { filterPattern: 'error' }, ['error: no']],
    ['a phrase', { filterPattern: '"error: no"' }, ['error: no']],
    ['what is not to be there', { filterPattern: '-error', logStreamNamePrefix: 'other' }, ['fine']],
  ])('finds %s', async (_what, input, expected) => {
    const { store, call } = start(letters);
    store.append('g', 'other/1', 'error: no');
    store.append('g', 'other/2', 'fine');
    const answer = await call('FilterLogEvents', { logGroupName: 'g', ...input });
    expect(messages(answer)).toEqual(expected);
    expect(answer.nextToken).toBeUndefined();
  });

  it('gives pages', async () => {
    const { call } = start(letters);
    const input = { logGroupName: 'g', limit: 3 };
    const first = await call('FilterLogEvents', input);
    const second = await call('FilterLogEvents', { ...input, nextToken: first.nextToken });
    expect([messages(first), messages(second), second.nextToken]).toEqual([
      ['a', 'b', 'c'],
      ['d', 'e'],
      undefined,
    ]);
  });
});

describe('groups and streams', () => {
  it('are made once and described', async () => {
    const { call } = start(['a']);
    await expect(call('CreateLogGroup', { logGroupName: 'g' })).rejects.toMatchObject({
      code: 'ResourceAlreadyExistsException',
    });
    await call('CreateLogGroup', { logGroupName: '/ecs/web' });
    expect(await call('DescribeLogGroups', { logGroupNamePrefix: '/ecs' })).toMatchObject({
      logGroups: [
        {
          logGroupName: '/ecs/web',
          arn: 'arn:aws:logs:eu-west-1:123456789012:log-group:/ecs/web:*',
          creationTime: begin + 1000,
        },
      ],
    });
    const arn = 'arn:aws:logs:eu-west-1:123456789012:log-group:g';
    expect(await call('DescribeLogStreams', { logGroupIdentifier: arn })).toMatchObject({
      logStreams: [{ logStreamName: 's', firstEventTimestamp: begin, lastEventTimestamp: begin }],
    });
    for (const other of [arn.replace('eu-west-1', 'us-east-1'), arn.replace(/\d{12}/, '210987654321')]) {
      await expect(call('DescribeLogStreams', { logGroupIdentifier: other })).rejects.toMatchObject({
        code: 'ResourceNotFoundException',
      });
    }
  });
});
