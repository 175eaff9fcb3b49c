import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Result } from '../../src/deployment/outcome.ts';

export const root = resolve(import.meta.dirname, '../..');

/** Reads a file of the repository. */
export function read(path: string): string {
  return readFileSync(resolve(root, path), 'utf8');
}

/** The pages that people read, by their paths. */
export const documents: readonly string[] = [
  'README.md',
  'CHANGELOG.md',
  'AGENTS.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  ...readdirSync(resolve(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

const everyResult: Readonly<Record<Result, true>> = {
  deployed: true,
  unchanged: true,
  started: true,
  planned: true,
  paused: true,
  'traffic-shifted': true,
  'rolled-back': true,
  'rollback-failed': true,
  superseded: true,
  'timed-out': true,
  cancelled: true,
  failed: true,
};

/** Every result of a run. The type has no list; the compiler checks that this one is complete. */
export const results: readonly string[] = Object.keys(everyResult);
