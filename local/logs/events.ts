import { flagOf, lets, numberOf, textOf, textsOf } from '../server/members.ts';
import { AwsError, type Document } from '../server/operation.ts';
import { pageOf } from '../server/pages.ts';

export interface LogEvent {
  /** Counts up from 1 over the whole store: the order of events of the same millisecond. */
  readonly number: number;
  readonly stream: string;
  /** Whole milliseconds since the epoch. */
  readonly timestamp: number;
  readonly message: string;
}

/** In one answer, and how many it has when the caller does not say (documented). */
const mostEvents = 10_000;

/**
 * The answer of GetLogEvents: the newest events unless `startFromHead`, with tokens that go on from both ends. As
 * documented a token is never absent, and the end is reached when the same one comes back.
 */
export function getEvents(all: readonly LogEvent[], input: Document): Document {
  const events = inTime(all, input);
  const limit = checkedLimit(input);
  const token = textOf(input, 'nextToken');
  const { from, to } = token === undefined ? firstPage(events, limit, input) : nextPage(events, limit, token);
  const page = events.slice(from, to);
  // Positions are numbers of events, not indexes: events that come meanwhile must not move them.
  const ahead = page.at(-1)?.number ?? events[from - 1]?.number ?? 0;
  const behind = page[0]?.number ?? events[from]?.number ?? ahead + 1;
  return {
    events: page.map(({ timestamp, message }) => ({ timestamp, message, ingestionTime: timestamp })),
    nextForwardToken: `f/${String(ahead).padStart(20, '0')}/s`,
    nextBackwardToken: `b/${String(behind).padStart(20, '0')}/s`,
  };
}

/** The answer of FilterLogEvents: the events of several streams in the order of time; no token at the end. */
export function filterEvents(all: readonly LogEvent[], input: Document): Document {
  const names = textsOf(input, 'logStreamNames');
  const prefix = textOf(input, 'logStreamNamePrefix');
  if (names.length > 0 && prefix !== undefined)
    throw new AwsError(
      'InvalidParameterException',
      'Only one of logStreamNames and logStreamNamePrefix is allowed.',
    );
  const isWanted = matcherOf(textOf(input, 'filterPattern') ?? '');
  const events = inTime(all, input)
    .filter(({ stream }) => lets(names, stream) && stream.startsWith(prefix ?? ''))
    .filter(({ message }) => isWanted(message))
    .toSorted((a, b) => a.timestamp - b.timestamp || a.number - b.number);
  if (flagOf(input, 'startFromHead') === false) events.reverse();
  const { page, nextToken } = pageOf(events, input, {
    size: mostEvents,
    most: mostEvents,
    countMember: 'limit',
    keyOf: ({ number }) => String(number),
  });
  return {
    events: page.map(({ number, stream, timestamp, message }) => ({
      logStreamName: stream,
      timestamp,
      message,
      ingestionTime: timestamp,
      eventId: String(number).padStart(56, '0'),
    })),
    searchedLogStreams: [],
    nextToken,
  };
}

/** Start is inclusive, end exclusive (documented). */
function inTime(events: readonly LogEvent[], input: Document): readonly LogEvent[] {
  const start = numberOf(input, 'startTime') ?? Number.NEGATIVE_INFINITY;
  const end = numberOf(input, 'endTime') ?? Number.POSITIVE_INFINITY;
  return events.filter(({ timestamp }) => timestamp >= start && timestamp < end);
}

function firstPage(
  events: readonly LogEvent[],
  limit: number,
  input: Document,
): { from: number; to: number } {
  if (flagOf(input, 'startFromHead') === true) return { from: 0, to: Math.min(limit, events.length) };
  return { from: Math.max(0, events.length - limit), to: events.length };
}

function nextPage(events: readonly LogEvent[], limit: number, token: string): { from: number; to: number } {
  const read = /^([fb])\/(\d+)\/s$/.exec(token);
  if (read === null) throw new AwsError('InvalidParameterException', 'The specified nextToken is invalid.');
  const position = Number(read[2]);
  if (read[1] === 'f') {
    const after = events.findIndex(({ number }) => number > position);
    const from = after === -1 ? events.length : after;
    return { from, to: Math.min(from + limit, events.length) };
  }
  const before = events.findIndex(({ number }) => number >= position);
  const to = before === -1 ? events.length : before;
  return { from: Math.max(0, to - limit), to };
}

function checkedLimit(input: Document): number {
  const limit = numberOf(input, 'limit') ?? mostEvents;
  if (limit < 1 || limit > mostEvents)
    throw new AwsError('InvalidParameterException', `limit must be between 1 and ${mostEvents}.`);
  return limit;
}

/** Filter patterns are played only as terms: every word or quoted phrase must be in the message, `-word` must not. */
function matcherOf(pattern: string): (message: string) => boolean {
  const terms = [...pattern.matchAll(/(-?)(?:"([^"]*)"|(\S+))/g)].map(([, sign, quoted, word]) => ({
    isWanted: sign !== '-',
    text: quoted ?? word ?? '',
  }));
  return (message) => terms.every(({ isWanted, text }) => message.includes(text) === isWanted);
}
