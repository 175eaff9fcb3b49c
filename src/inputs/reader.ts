import {
  type Assignment,
  parseAssignments,
  parseNames,
  type Removal,
} from '../task-definition/assignments.ts';

export type InputReader = ReturnType<typeof inputReader>;

interface Bounds {
  readonly least?: number;
  readonly above?: number;
  readonly most?: number;
  readonly whole?: boolean;
}

/** Reads single inputs; what is wrong goes to `problems`, and a value that lets reading go on comes back. */
export function inputReader(environment: Readonly<Record<string, string | undefined>>, problems: string[]) {
  // As the runner makes the name: upper case, spaces to underscores, dashes kept.
  const raw = (name: string): string | undefined =>
    environment[`INPUT_${name.replaceAll(' ', '_').toUpperCase()}`]?.trim();

  const optional = (name: string): string | undefined => raw(name) || undefined;

  const text = (name: string, standard: string): string => {
    const given = raw(name);
    if (given === '') problems.push(`${name} is empty; leave it out for ${standard}`);
    return given || standard;
  };

  const list = (name: string): readonly string[] => readEntries(raw(name) ?? '');

  /** A list whose entries hold no commas: build-push-action takes these in one line too. */
  const commaList = (name: string): readonly string[] =>
    list(name).flatMap((entry) =>
      entry
        .split(',')
        .map((part) => part.trim())
        .filter((part) => part !== ''),
    );

  const choice = <T extends string>(name: string, allowed: readonly T[], standard: T): T => {
    const given = text(name, standard);
    const found = allowed.find((value) => value === given.toLowerCase());
    if (found === undefined) problems.push(`${name} is ${quote(given)}; it can be ${allowed.join(', ')}`);
    return found ?? standard;
  };

  function number(name: string, standard: number, bounds: Bounds): number;
  function number(name: string, standard: undefined, bounds: Bounds): number | undefined;
  function number(name: string, standard: number | undefined, bounds: Bounds): number | undefined {
    const given = standard === undefined ? optional(name) : text(name, String(standard));
    if (given === undefined) return undefined;
    const value = Number(given);
    const fits =
      /^\d+(\.\d+)?$/.test(given) &&
      value >= (bounds.least ?? 0) &&
      value > (bounds.above ?? -1) &&
      value <= (bounds.most ?? Number.POSITIVE_INFINITY) &&
      (!bounds.whole || Number.isInteger(value));
    if (!fits) problems.push(`${name} is ${quote(given)}; it can be ${allowedBy(bounds)}`);
    return fits ? value : standard;
  }

  const optionalChoice = <T extends string>(name: string, allowed: readonly T[]): T | undefined => {
    const given = optional(name);
    const found = allowed.find((value) => value.toLowerCase() === given?.toLowerCase());
    if (given !== undefined && found === undefined)
      problems.push(`${name} is ${quote(given)}; it can be ${allowed.join(', ')}`);
    return found;
  };

  /** Several of a few words, one a line or with commas. */
  const choices = <T extends string>(name: string, allowed: readonly T[]): readonly T[] =>
    commaList(name).flatMap((given) => {
      const found = allowed.find((value) => value === given.toLowerCase());
      if (found === undefined)
        problems.push(`${name} has ${quote(given)}; it can have ${allowed.join(', ')}`);
      return found ?? [];
    });

  return {
    optional,
    optionalChoice,
    choices,
    optionalFlag: (name: string): boolean | undefined => {
      const given = optionalChoice(name, ['true', 'false']);
      return given === undefined ? undefined : given === 'true';
    },
    text,
    list,
    commaList,
    choice,
    number,
    required: (name: string): readonly string[] => {
      const items = list(name);
      if (items.length === 0) problems.push(`${name} is empty; name at least one, one a line`);
      return items;
    },
    flag: (name: string, standard: boolean): boolean =>
      choice(name, ['true', 'false'], standard ? 'true' : 'false') === 'true',
    assignments: (name: string): readonly Assignment[] => {
      const read = parseAssignments(raw(name) ?? '');
      problems.push(...read.problems.map((problem) => `${name}: ${problem}`));
      return read.assignments;
    },
    names: (name: string): readonly Removal[] => {
      const read = parseNames(raw(name) ?? '');
      problems.push(...read.problems.map((problem) => `${name}: ${problem}`));
      return read.names;
    },
    /** `name=value`, one a line; the name is all before the first `=`. */
    pairs: (name: string): readonly Assignment[] =>
      list(name).flatMap((line, index) => {
        const separator = line.indexOf('=');
        if (separator > 0) return { name: line.slice(0, separator), value: line.slice(separator + 1) };
        problems.push(`${name}: entry ${index + 1} is not name=value`);
        return [];
      }),
    parsed: <T>(name: string, parse: (text: string) => T | undefined, allowed: string): T | undefined => {
      const given = optional(name);
      const value = given === undefined ? undefined : parse(given);
      if (given !== undefined && value === undefined)
        problems.push(`${name} is not understood; it can be ${allowed}`);
      return value;
    },
  };
}

function allowedBy({ least, above, most, whole }: Bounds): string {
  const from = above === undefined ? `from ${least ?? 0}` : `above ${above}`;
  return `a ${whole ? 'whole ' : ''}number ${from}${most === undefined ? '' : ` up to ${most}`}`;
}

/** Inputs such as `desired-count` can hold anything by mistake: a long or odd text is cut. */
function quote(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}...` : text);
}

/**
 * The entries of a list, one a line. An entry that begins with a quote goes to the closing one, over line ends too,
 * and has `""` for a quote in it: that is how build-push-action writes values of several lines.
 */
export function readEntries(text: string): readonly string[] {
  const entries: string[] = [];
  // Blank lines are no entries: skipped at once, they are not looked at again from each of them.
  let rest = text.trimStart();
  while (rest !== '') {
    const quoted = /^"((?:[^"]|"")*)"[^\S\n]*(?:\n|$)/.exec(rest);
    const line = quoted ?? /^([^\n]*)(?:\n|$)/.exec(rest);
    const entry = quoted === null ? line?.[1]?.trim() : quoted[1]?.replaceAll('""', '"');
    if (entry !== undefined && entry !== '') entries.push(entry);
    rest = rest.slice(line?.[0].length ?? rest.length).trimStart();
  }
  return entries;
}
