import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startWorld } from './world.ts';

const root = join(import.meta.dirname, '../..');

interface Ended {
  readonly exitCode: unknown;
  readonly stdout: string;
  readonly stderr: string;
}

/** What `npm run step` starts, with a folder that npm would say it was called in. */
function step(args: readonly string[], environment: Readonly<Record<string, string>>): Promise<Ended> {
  return new Promise((resolve) => {
    const env = { PATH: process.env.PATH, HOME: '/nonexistent', ...environment };
    const command = [join(root, 'scripts/step.ts'), ...args];
    execFile(process.execPath, command, { env }, (error, stdout, stderr) => {
      resolve({ exitCode: error === null ? 0 : error.code, stdout, stderr });
    });
  });
}

it.concurrent('npm run step deploys as a runner does, and says where the summary is', async () => {
  await using world = await startWorld();
  const environment = { AWS_ENDPOINT_URL: world.fargate.endpoint, INIT_CWD: world.workspace };
  const { exitCode, stdout, stderr } = await step(
    ['cluster=staging', 'service=web', 'image=v2', 'environment-variables=A=1', 'environment-variables=B=2'],
    environment,
  );
  expect({ exitCode, stdout, stderr }).toEqual({ exitCode: 0, stdout, stderr: '' });
  expect(stdout).toMatch(/^ {2}│ web runs web:1, 2 of 2 tasks run/);
  expect(stdout).toContain('Exit code of the step: 0; of its post phase: 0.\nOutputs:\n  result: deployed\n');
  const page = /The job summary as a page: (file:\S+)/.exec(stdout)?.[1] ?? '';
  expect(readFileSync(fileURLToPath(page), 'utf8')).toContain('deployed');
  expect(await world.settled()).toBe('v2');
  const { taskDefinition } = await world.describeTaskDefinition('web:2');
  expect(taskDefinition?.containerDefinitions?.[0]?.environment).toEqual(
    expect.arrayContaining([
      { name: 'A', value: '1' },
      { name: 'B', value: '2' },
    ]),
  );
});

it.concurrent('npm run step ends as the step does', async () => {
  await using world = await startWorld();
  const environment = { AWS_ENDPOINT_URL: world.fargate.endpoint };
  const { exitCode, stdout } = await step(['cluster=staging', 'service=missing', 'image=v2'], environment);
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout });
  expect(stdout).toContain('\nOutputs:\n  result: failed\n');
  expect(stdout).toMatch(
    /^The local Fargate has no service missing in the cluster staging\. The lines that npm run local prints create/,
  );
});

it.concurrent('npm run step hints at the inputs to give when it has no service', async () => {
  await using world = await startWorld();
  const { exitCode, stdout } = await step(['cluster=staging'], { AWS_ENDPOINT_URL: world.fargate.endpoint });
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout });
  expect(stdout).toMatch(/^No service is given\. .* Then add: cluster=local service=web\n/);
});

it.concurrent('npm run step says that there is no local Fargate', async () => {
  const environment = { AWS_ENDPOINT_URL: 'http://127.0.0.1:1' };
  const ended = await step(['cluster=staging', 'service=web'], environment);
  expect(ended).toEqual({
    exitCode: 1,
    stdout: '',
    stderr:
      'No local Fargate answers on http://127.0.0.1:1. Start one with npm run local in another terminal, or set AWS_ENDPOINT_URL to its address.\n',
  });
});
