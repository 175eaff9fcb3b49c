// `npm run docs`: generates what follows from action.yml, action-types.yml and scripts/permissions.ts (two pages of docs/
// and the sub-actions), and the table of hand-made mutants. Tests check that all of it is current.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readHandMade, withHandMade } from './hand-made-mutants.ts';
import { withInputs } from './inputs-page.ts';
import { withPermissions } from './permissions-page.ts';
import { subActions, subActionText, subActionTypesText } from './sub-actions.ts';

const root = join(import.meta.dirname, '..');
const action = readFileSync(join(root, 'action.yml'), 'utf8');
const types = readFileSync(join(root, 'action-types.yml'), 'utf8');
rewrite('docs/inputs.md', (document) => withInputs(document, action));
rewrite('docs/permissions.md', withPermissions);
rewrite('docs/mutants.md', (document) => withHandMade(document, readHandMade(root)));
for (const subAction of subActions) {
  const folder = join(root, subAction.operation);
  const text = subActionText(action, subAction);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'action.yml'), text);
  writeFileSync(join(folder, 'action-types.yml'), subActionTypesText(types, text));
}
console.log('docs/inputs.md, docs/permissions.md, docs/mutants.md and the sub-actions are current.');

function rewrite(path: string, change: (document: string) => string): void {
  const file = join(root, path);
  writeFileSync(file, change(readFileSync(file, 'utf8')));
}
