import { type Account, arn } from '../base/account.ts';
import type { Clock } from '../base/clock.ts';
import { textOf } from '../server/members.ts';
import { AwsError, type Document, type Operations } from '../server/operation.ts';
import { pageOf } from '../server/pages.ts';
import { filterEvents, getEvents, type LogEvent } from './events.ts';
import type { LogStore } from './log-store.ts';

interface LogGroup {
  readonly createdAt: number;
  readonly streams: Map<string, { readonly createdAt: number; readonly events: LogEvent[] }>;
}

/** CloudWatch Logs: groups, streams and events in memory; timestamps are epoch milliseconds as integers. */
export function createLogs({ account, clock }: { account: Account; clock: Clock }): {
  readonly store: LogStore;
  readonly operations: Operations;
} {
  const groups = new Map<string, LogGroup>();
  let number = 1;

  const createGroup = (name: string): void => {
    if (!groups.has(name)) groups.set(name, { createdAt: wholeNow(), streams: new Map() });
  };
  const wholeNow = () => Math.floor(clock.now());
  const group = (name: string): LogGroup =>
    groups.get(name) ?? missing('The specified log group does not exist.');
  const streamOf = (groupName: string, name: string): readonly LogEvent[] =>
    (group(groupName).streams.get(name) ?? missing('The specified log stream does not exist.')).events;
  const groupArn = (name: string) => arn(account, 'logs', `log-group:${name}`);

  return {
    store: {
      hasGroup: (name) => groups.has(name),
      createGroup,
      append: (groupName, streamName, message) => {
        createGroup(groupName);
        const { streams } = group(groupName);
        const stream = streams.get(streamName) ?? { createdAt: wholeNow(), events: [] };
        streams.set(streamName, stream);
        stream.events.push({ number: number++, stream: streamName, timestamp: wholeNow(), message });
      },
    },
    operations: {
      CreateLogGroup: (input) => {
        const name = textOf(input, 'logGroupName') ?? '';
        if (groups.has(name))
          throw new AwsError('ResourceAlreadyExistsException', 'The specified log group already exists');
        createGroup(name);
        return {};
      },
      DeleteLogGroup: (input) => {
        const name = textOf(input, 'logGroupName') ?? '';
        group(name);
        groups.delete(name);
        return {};
      },
      DescribeLogGroups: (input, { region }) => {
        const prefix = textOf(input, 'logGroupNamePrefix') ?? '';
        // All groups are of the account's own region.
        const found = (region === account.region ? [...groups] : [])
          .filter(([name]) => name.startsWith(prefix))
          .toSorted(byName);
        const { page, nextToken } = pageOf(found, input, pages);
        return {
          logGroups: page.map(([name, { createdAt }]) => ({
            logGroupName: name,
            creationTime: createdAt,
            metricFilterCount: 0,
            arn: `${groupArn(name)}:*`,
            logGroupArn: groupArn(name),
            storedBytes: 0,
          })),
          nextToken,
        };
      },
      DescribeLogStreams: (input) => {
        const groupName = groupNameOf(account, input);
        const prefix = textOf(input, 'logStreamNamePrefix') ?? '';
        const found = [...group(groupName).streams]
          .filter(([name]) => name.startsWith(prefix))
          .toSorted(input.orderBy === 'LastEventTime' ? byLastEvent : byName);
        if (input.descending === true) found.reverse();
        const { page, nextToken } = pageOf(found, input, pages);
        return {
          logStreams: page.map(([name, { createdAt, events }]) => ({
            logStreamName: name,
            creationTime: createdAt,
            firstEventTimestamp: events[0]?.timestamp,
            lastEventTimestamp: events.at(-1)?.timestamp,
            lastIngestionTime: events.at(-1)?.timestamp,
            arn: `${groupArn(groupName)}:log-stream:${name}`,
            storedBytes: 0,
          })),
          nextToken,
        };
      },
      GetLogEvents: (input) =>
        getEvents(streamOf(groupNameOf(account, input), textOf(input, 'logStreamName') ?? ''), input),
      FilterLogEvents: (input) => {
        const events = [...group(groupNameOf(account, input)).streams.values()].flatMap(
          (stream) => stream.events,
        );
        return filterEvents(events, input);
      },
    },
  };
}

/** A group is named by its name or by its ARN, which counts whole: one of elsewhere is no group of this account. */
function groupNameOf(account: Account, input: Document): string {
  const named = textOf(input, 'logGroupName') ?? textOf(input, 'logGroupIdentifier');
  if (named === undefined)
    throw new AwsError('InvalidParameterException', 'Either logGroupName or logGroupIdentifier is needed.');
  const [, region, accountId, name] = /^arn:[^:]+:logs:([^:]*):(\d+):log-group:([^:]+)/.exec(named) ?? [];
  return name !== undefined && region === account.region && accountId === account.accountId ? name : named;
}

function missing(text: string): never {
  throw new AwsError('ResourceNotFoundException', text);
}

const pages = {
  size: 50,
  most: 50,
  countMember: 'limit',
  keyOf: ([name]: readonly [string, unknown]) => name,
};

function byName([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : 1;
}

function byLastEvent(
  [, a]: [string, { readonly events: readonly LogEvent[] }],
  [, b]: [string, { readonly events: readonly LogEvent[] }],
): number {
  return (a.events.at(-1)?.timestamp ?? 0) - (b.events.at(-1)?.timestamp ?? 0);
}
