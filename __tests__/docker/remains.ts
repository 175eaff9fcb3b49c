import type { GetAuthorizationTokenCommandOutput } from '@aws-sdk/client-ecr';
import type { TestBuilder } from './builders.ts';
import type { DeployWorld } from './deploy-world.ts';
import { containersLeftWith, filesIn, processesLeftWith } from './leftovers.ts';
import type { Machine } from './machine.ts';

/** What there is on a machine of a deploy that is over. */
export async function remainsOf(options: {
  readonly world: DeployWorld;
  readonly machine: Machine;
  readonly builder: TestBuilder;
  /** A text in the RUN of its Dockerfile, and nowhere else. */
  readonly id: string;
}) {
  const { world, machine, builder, id } = options;
  return {
    processes: await processesLeftWith(id, `RUNNER_TEMP=${world.temporary}`),
    containers: await containersLeftWith(id, builder.env),
    /** In the folder of the job. */
    files: Object.keys(filesIn(world.temporary)),
    /** In the home and the temporary folder, which others share. */
    changes: machine.changes(),
    passwords: passwordsIn(world, machine),
  };
}

export const nothing = { processes: [], containers: [], files: [], changes: {}, passwords: [] };

/** The files of the job, of the checkout and of the machine with a password of the registry in them, as it is or encoded. */
export function passwordsIn(world: DeployWorld, machine: Machine): readonly string[] {
  const tokens = world.fargate.calls.of('GetAuthorizationToken').flatMap(({ output }) => {
    const { authorizationData } = Object(output) as GetAuthorizationTokenCommandOutput;
    return (authorizationData ?? []).flatMap(({ authorizationToken = '' }) => {
      const [, password = ''] = Buffer.from(authorizationToken, 'base64').toString().split(':');
      return [authorizationToken, password];
    });
  });
  const files = { ...filesIn(world.temporary), ...filesIn(world.workspace), ...machine.files() };
  return Object.keys(files).filter((name) => tokens.some((token) => files[name]?.includes(token)));
}
