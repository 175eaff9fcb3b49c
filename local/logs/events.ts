import { flagIn, numberIn, textIn, textsIn } from '../server/input.ts';
import { AwsError, type Document } from '../server/operation.ts';
import { pageOf } from '../server/pages.ts';
import type { LogEvent } from './logs.ts';

/**
 * The answer of GetLogEvents: the newest events unless `startFromHead`, with tokens that go on from both ends. As
 * documented a token is never absent, and the end is reached when the same one comes back.
 */
export function getEvents(all: readonly LogEvent[], input: Document): Document {
  const events = inTime(all, input);
  const limit = checkedLimit(input);
  const token = textIn(input, 'nextToken');
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
  const names = textsIn(input, 'logStreamNames');
  const prefix = textIn(input, 'logStreamNamePrefix');
  if (names !== undefined && prefix !== undefined)
    throw new AwsError(
      'InvalidParameterException',
      'Only one of logStreamNames and logStreamNamePrefix is allowed.',
    );
  const isWanted = matcherOf(textIn(input, 'filterPattern') ?? '');
  const events = inTime(all, input)
    .filter(({ stream }) => names?.includes(stream) ?? stream.startsWith(prefix ?? ''))
    .filter(({ message }) => isWanted(message))
    .toSorted((a, b) => a.timestamp - b.timestamp || a.number - b.number);
  if (flagIn(input, 'startFromHead') === false) events.reverse();
  const { page, nextToken } = pageOf(events, {
    size: checkedLimit(input),
    token: textIn(input, 'nextToken'),
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
  const start = numberIn(input, 'startTime') ?? Number.NEGATIVE_INFINITY;
  const end = numberIn(input, 'endTime') ?? Number.POSITIVE_INFINITY;
  return events.filter(({ timestamp }) => timestamp >= start && timestamp < end);
}

function firstPage(
  events: readonly LogEvent[],
  limit: number,
  input: Document,
): { from: number; to: number } {
  if (flagIn(input, 'startFromHead') === true) return { from: 0, to: Math.min(limit, events.length) };
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

/** Up to 10,000 events, 10,000 by default (documented). */
function checkedLimit(input: Document): number {
  const limit = numberIn(input, 'limit') ?? 10_000;
  if (limit < 1 || limit > 10_000)
    throw new AwsError(
      'InvalidParameterException',
      `1 validation error detected: Value '${limit}' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 10000`,
    );
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
