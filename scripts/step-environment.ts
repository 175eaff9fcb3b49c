import { devNull } from 'node:os';

/** What the job's environment of a step holds here: the AWS client's variables, and the user's Docker. */
export function stepEnvironment(aws: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return { ...dockerEnvironment(), ...aws, ...withoutAwsFiles };
}

/** A profile of the user shall neither help nor hinder. */
const withoutAwsFiles = { AWS_CONFIG_FILE: devNull, AWS_SHARED_CREDENTIALS_FILE: devNull };

/** Where the engine is, its context and its plugins. */
function dockerEnvironment(): Readonly<Record<string, string>> {
  const names = Object.keys(process.env).filter((name) => name === 'HOME' || name.startsWith('DOCKER_'));
  return Object.fromEntries(names.map((name) => [name, process.env[name] ?? '']));
}
