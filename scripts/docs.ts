// Rewrites the tables of README.md from action.yml: `npm run docs`. A test checks that they are current.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withTables } from './reference-tables.ts';

const root = join(import.meta.dirname, '..');
const readme = join(root, 'README.md');
const before = readFileSync(readme, 'utf8');
const after = withTables(before, readFileSync(join(root, 'action.yml'), 'utf8'));
if (after !== before) writeFileSync(readme, after);
console.log(after === before ? 'README.md is current.' : 'README.md: tables rewritten from action.yml.');
