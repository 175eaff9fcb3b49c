// Makes what follows from action.yml: the tables of README.md and the sub-actions. `npm run docs`; tests check that all is
// current.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withTables } from './reference-tables.ts';
import { subActions, subActionText } from './sub-actions.ts';

const root = join(import.meta.dirname, '..');
const action = readFileSync(join(root, 'action.yml'), 'utf8');
const readme = join(root, 'README.md');
writeFileSync(readme, withTables(readFileSync(readme, 'utf8'), action));
for (const subAction of subActions) {
  mkdirSync(join(root, subAction.operation), { recursive: true });
  writeFileSync(join(root, subAction.operation, 'action.yml'), subActionText(action, subAction));
}
console.log('README.md and the sub-actions are what action.yml makes.');
