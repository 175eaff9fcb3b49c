// `npm run policy -- deploy build`: prints the least policy for what a role is used for. Values fill the placeholders:
// `--region eu-west-1 --account 123456789012 --cluster staging --service web`. With `--role NAME` and
// `--trust OWNER/REPOSITORY:ENVIRONMENT` it prints the commands that create the role.
import { parseArgs } from 'node:util';
import { type Feature, featureNames, features, placeholders, policyFor } from './permissions.ts';
import { roleCommands } from './role.ts';

const options = Object.fromEntries(
  ['role', 'trust', ...placeholders].map((name) => [
    name.toLowerCase().replaceAll('_', '-'),
    { type: 'string' as const },
  ]),
);

try {
  const { positionals, values } = parseArgs({ allowPositionals: true, options });
  const unknown = positionals.filter((name) => !isFeature(name));
  if (positionals.length === 0 || unknown.length > 0) {
    const why = unknown.length > 0 ? `${unknown.join(', ')} isn't one of them. ` : '';
    throw new Error(
      `${why}Name what the role is used for:\n${featureNames.map((name) => `  ${name.padEnd(18)} ${features[name].replaceAll('`', '')}`).join('\n')}\n\nExample: npm run --silent policy -- deploy build --region eu-west-1 --account 123456789012 --cluster staging --service web`,
    );
  }
  const filled = Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) =>
      typeof value === 'string' ? [[name.toUpperCase().replaceAll('-', '_'), value]] : [],
    ),
  );
  const policy = policyFor(positionals.filter(isFeature), filled);
  const { ROLE: role, TRUST: trust, ACCOUNT: account } = filled;
  console.log(role === undefined ? policy : roleCommands({ role, trust, account, policy }));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}

function isFeature(name: string): name is Feature {
  return featureNames.some((known) => known === name);
}
