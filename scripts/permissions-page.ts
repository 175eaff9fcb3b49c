import { type Feature, featureNames, features, policyFor, statements } from './permissions.ts';
import { markdownTable, withSection } from './sections.ts';

/** Renews the tables and policies of docs/permissions.md. */
export function withPermissions(document: string): string {
  const featureRows = featureNames.map((name) => [codeOf(name), features[name]]);
  const statementRows = statements.map(({ id, features: uses, actions, why }) => [
    codeOf(id),
    uses.map(codeOf).join(', '),
    actions.map(codeOf).join(', '),
    why,
  ]);
  const listed = withSection(document, 'features', markdownTable(['Feature', 'What it is'], featureRows));
  return withSection(
    listed,
    'statements',
    markdownTable(['Statement', 'Features', 'Actions', 'Why'], statementRows),
  ).replaceAll(/<!-- policy ([a-z -]+) -->\n.*?<!-- \/policy \1 -->/gs, (section, names: string) =>
    withSection(section, `policy ${names}`, fence(policyFor(names.split(' ').map(featureOf)))),
  );
}

function codeOf(text: string): string {
  return `\`${text}\``;
}

function featureOf(name: string): Feature {
  const found = featureNames.find((known) => known === name);
  if (found === undefined) throw new Error(`The feature ${name} doesn't exist`);
  return found;
}

function fence(json: string): string {
  return `\`\`\`json\n${json}\n\`\`\``;
}
