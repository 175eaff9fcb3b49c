import {
  type Assignment,
  parseAssignments,
  parseNames,
  type Removal,
} from '../task-definition/assignments.ts';
import { nearestOf } from '../text/word-distance.ts';
import { readEntries } from './entries.ts';
import type { InputName } from './input-names.ts';
import { choicesInWords, type InputProblem } from './problem.ts';

export type InputReader = ReturnType<typeof inputReader>;

interface Bounds {
  readonly least?: number;
  readonly above?: number;
  readonly most?: number;
  readonly whole?: boolean;
}

/** What an input's text means, or why it means nothing: a sentence, and how to write it. */
export type Parsed<T> =
  | { readonly kind: 'value'; readonly value: T }
  | { readonly kind: 'fault'; readonly fault: string };

/** Reads single inputs. Adds what is wrong to `problems`, and returns a value that lets reading go on. */
export function inputReader(
  environment: Readonly<Record<string, string | undefined>>,
  problems: InputProblem[],
) {
  const raw = (name: InputName): string | undefined => rawInput(environment, name);
  const refuse = (input: InputName, text: string): void => {
    problems.push({ input, text });
  };

  const optional = (name: InputName): string | undefined => raw(name) || undefined;

  const text = (name: InputName, standard: string): string => {
    const given = raw(name);
    if (given === '')
      refuse(
        name,
        `the value is empty. Check the expression behind it, or remove the input to use the default (${standard}).`,
      );
    return given || standard;
  };

  const list = (name: InputName): readonly string[] => {
    const { entries, openQuoteLine } = readEntries(raw(name) ?? '');
    if (openQuoteLine !== undefined)
      refuse(
        name,
        `the quote that opens on line ${openQuoteLine} isn't closed. Write a quote within quotes as "".`,
      );
    return entries;
  };

  /** Reads a list whose entries hold no commas: build-push-action also accepts them on one line. */
  const commaList = (name: InputName): readonly string[] =>
    list(name).flatMap((entry) =>
      entry
        .split(',')
        .map((part) => part.trim())
        .filter((part) => part !== ''),
    );

  const choose = <T extends string>(name: InputName, given: string, allowed: readonly T[]): T | undefined => {
    const found = allowed.find((value) => value.toLowerCase() === given.toLowerCase());
    const near = found === undefined ? nearestOf(given, allowed) : undefined;
    const hint = near === undefined ? '' : ` Did you mean ${near}?`;
    if (found === undefined)
      refuse(name, `${quote(given)} isn't allowed.${hint} Use ${choicesInWords(allowed)}.`);
    return found;
  };

  const choice = <T extends string>(name: InputName, allowed: readonly T[], standard: T): T =>
    choose(name, text(name, standard), allowed) ?? standard;

  function number(name: InputName, standard: number, bounds: Bounds): number;
  function number(name: InputName, standard: undefined, bounds: Bounds): number | undefined;
  function number(name: InputName, standard: number | undefined, bounds: Bounds): number | undefined {
    const given = standard === undefined ? optional(name) : text(name, String(standard));
    if (given === undefined) return undefined;
    const value = Number(given);
    const fits =
      /^\d+(\.\d+)?$/.test(given) &&
      value >= (bounds.least ?? 0) &&
      value > (bounds.above ?? -1) &&
      value <= (bounds.most ?? Number.POSITIVE_INFINITY) &&
      (!bounds.whole || Number.isInteger(value));
    if (!fits) refuse(name, `${quote(given)} isn't ${allowedBy(bounds)}.`);
    return fits ? value : standard;
  }

  const optionalChoice = <T extends string>(name: InputName, allowed: readonly T[]): T | undefined => {
    const given = optional(name);
    return given === undefined ? undefined : choose(name, given, allowed);
  };

  return {
    /** Reports a problem that only several inputs together have. */
    refuse,
    optional,
    optionalChoice,
    /** Reads several of a few words. */
    choices: <T extends string>(name: InputName, allowed: readonly T[]): readonly T[] =>
      commaList(name).flatMap((given) => choose(name, given, allowed) ?? []),
    optionalFlag: (name: InputName): boolean | undefined => {
      const given = optionalChoice(name, ['true', 'false']);
      return given === undefined ? undefined : given === 'true';
    },
    text,
    list,
    commaList,
    choice,
    number,
    required: (name: InputName): readonly string[] => {
      const items = list(name);
      if (items.length === 0) refuse(name, 'the value is missing. Name at least one, one per line.');
      return items;
    },
    flag: (name: InputName, standard: boolean): boolean =>
      choice(name, ['true', 'false'], standard ? 'true' : 'false') === 'true',
    assignments: (name: InputName): readonly Assignment[] => {
      const read = parseAssignments(raw(name) ?? '');
      for (const problem of read.problems) refuse(name, problem);
      return read.assignments;
    },
    names: (name: InputName): readonly Removal[] => {
      const read = parseNames(raw(name) ?? '');
      for (const problem of read.problems) refuse(name, problem);
      return read.names;
    },
    /** Reads one `name=value` per line; the name ends at the first `=`. */
    pairs: (name: InputName, form: string): readonly Assignment[] =>
      list(name).flatMap((line, index) => {
        const separator = line.indexOf('=');
        if (separator > 0) return { name: line.slice(0, separator), value: line.slice(separator + 1) };
        refuse(name, `entry ${index + 1} isn't ${form}. Write one ${form} per line.`);
        return [];
      }),
    parsed: <T>(name: InputName, parse: (text: string) => Parsed<T>): T | undefined => {
      const given = optional(name);
      if (given === undefined) return undefined;
      const parsed = parse(given);
      if (parsed.kind === 'value') return parsed.value;
      refuse(name, parsed.fault);
      return undefined;
    },
  };
}

/** The text of an input; undefined outside a runner. The runner's name for it is in upper case and keeps the hyphens. */
export function rawInput(
  environment: Readonly<Record<string, string | undefined>>,
  name: InputName,
): string | undefined {
  return environment[`INPUT_${name.toUpperCase()}`]?.trim();
}

function allowedBy({ least, above, most, whole }: Bounds): string {
  const from = above === undefined ? `from ${least ?? 0}` : `above ${above},`;
  const to = above === undefined ? 'to' : 'up to';
  return `a ${whole ? 'whole ' : ''}number ${from}${most === undefined ? '' : ` ${to} ${most}`}`;
}

/** Cuts a long text: an input such as `desired-count` can hold anything by mistake. */
function quote(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}...` : text);
}
