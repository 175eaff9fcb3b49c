import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

/** The inputs of the action in a folder. */
export function inputsOf(action: string): Readonly<Record<string, unknown>> {
  return membersOf(manifestOf(action)['inputs']);
}

/** The inputs' defaults. An expression (`${{ github.token }}`) has no value here. */
export function defaultsOf(action: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(inputsOf(action)).flatMap(([name, input]) => {
      const value = membersOf(input)['default'];
      const isScalar = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
      return isScalar ? [[name, String(value).replaceAll(/\$\{\{.*?\}\}/g, '')]] : [];
    }),
  );
}

/** The program of a phase, whose path in action.yml is relative. */
export function programOf(action: string, phase: 'main' | 'post'): string {
  const program = membersOf(manifestOf(action)['runs'])[phase];
  if (typeof program !== 'string') throw new Error(`${join(action, 'action.yml')} has no ${phase}`);
  return join(action, program);
}

function manifestOf(action: string): Readonly<Record<string, unknown>> {
  return membersOf(parse(readFileSync(join(action, 'action.yml'), 'utf8')));
}

function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
