import { debug, endGroup, error, notice, startGroup, warning } from '@actions/core';
import { withDocsLinks } from '../text/docs-link.ts';
import { plain, printable } from '../text/sanitize.ts';
import type { Failure } from './failure.ts';

/** The log of the step, for the person who watches. Every text is made harmless before it is printed. */
export interface Log {
  /** A line of our own; of a text with line breaks each becomes one. */
  readonly say: (line: string) => void;
  /** A line from outside, e.g. of a build: shown behind a bar, so that it can't start a workflow command. */
  readonly foreign: (line: string) => void;
  readonly debug: (line: string) => void;
  /** An annotation, made once however often it is said. */
  readonly notice: (line: string) => void;
  /** The same. */
  readonly warning: (line: string) => void;
  /** The one annotation with the cause, at its place in the checkout where it has one. */
  readonly error: (title: string, text: string, place?: Failure['place']) => void;
  /** Folds what is said until the promise is done. */
  readonly fold: <T>(title: string, run: () => Promise<T>) => Promise<T>;
}

export function runnerLog(write: (text: string) => void = (text) => process.stdout.write(text)): Log {
  const annotated = new Set<string>();
  const linked = (text: string): string => withDocsLinks(text, process.env);
  const once = (annotate: (line: string) => void, line: string): void => {
    if (annotated.has(line)) return;
    annotated.add(line);
    annotate(line);
  };
  return {
    say: (text) => {
      for (const line of text.split(lineBreak)) write(`${harmless(linked(printable(line)))}\n`);
    },
    foreign: (line) => write(`  | ${harmless(plain(line, 2000))}\n`),
    debug: (line) => debug(plain(line, 4000)),
    notice: (line) => once(notice, linked(plain(line, 2000))),
    warning: (line) => once(warning, linked(plain(line, 2000))),
    error: (title, text, place) =>
      error(
        text
          .split(lineBreak)
          .map((line) => linked(plain(line)))
          .join('\n'),
        {
          title: plain(title, 200),
          ...(place === undefined ? {} : { file: plain(place.file), startLine: place.line }),
        },
      ),
    fold: async (title, run) => {
      startGroup(plain(title, 200));
      try {
        return await run();
      } finally {
        endGroup();
      }
    },
  };
}

/**
 * The runner takes a line as a command when it starts with `::` (after blanks), or holds `##[` anywhere.
 * Our own lines may quote texts from outside, so they are kept from both.
 */
export function harmless(line: string): string {
  return line.replace(/^[\s\u0085]*::/, (start) => start.replace('::', ': :')).replaceAll('##[', '## [');
}

/** Where a runner ends a line: a lone carriage return counts (.NET's ReadLine). */
const lineBreak = /\r\n|[\r\n]/;
