import { devNull } from 'node:os';

/** A step's part of the job's environment: the AWS client's variables, and the user's Docker. */
export function stepEnvironment(aws: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return { ...dockerEnvironment(), ...aws, ...withoutAwsFiles };
}

/** Hides the user's AWS profiles. */
const withoutAwsFiles = { AWS_CONFIG_FILE: devNull, AWS_SHARED_CREDENTIALS_FILE: devNull };

/** The variables for Docker's engine, context and plugins. */
function dockerEnvironment(): Readonly<Record<string, string>> {
  const names = Object.keys(process.env).filter((name) => name === 'HOME' || name.startsWith('DOCKER_'));
  return Object.fromEntries(names.map((name) => [name, process.env[name] ?? '']));
}
