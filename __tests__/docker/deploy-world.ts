import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import {
  CreateRepositoryCommand,
  type CreateRepositoryCommandInput,
  ECRClient,
  GetAuthorizationTokenCommand,
} from '@aws-sdk/client-ecr';
import { CreateClusterCommand, CreateServiceCommand, ECSClient } from '@aws-sdk/client-ecs';
import { runningClock } from '../../local/base/clock.ts';
import { type Fargate, type FargateOptions, startFargate } from '../../local/fargate.ts';
import type { Document } from '../../local/server/operation.ts';
import { type RunningStep, runPost, type Step, type StepRun, startStep } from '../../scripts/runner.ts';
import { webService, webTaskDefinition } from '../../scripts/web-service.ts';
import { registerTaskDefinition } from '../../src/aws/document.ts';
import type { TestBuilder } from './builders.ts';

/**
 * A local Fargate with a real registry, and the service `web`, which runs an image that nobody built; deployed to by the
 * shipped bundle from a checkout. Tasks are simulated: here it is what is pushed and named that counts.
 */
export interface DeployWorld extends AsyncDisposable {
  readonly fargate: Fargate;
  readonly ecr: ECRClient;
  readonly ecs: ECSClient;
  /** A git repository with nothing committed. */
  readonly workspace: string;
  /** Shared by a step and its post, as on a runner. */
  readonly temporary: string;
  /** Writes files into the checkout. */
  write(files: Readonly<Record<string, string>>): void;
  /** Commits all that is there. @returns the SHA */
  commit(): string;
  start(
    inputs?: Readonly<Record<string, string>>,
    environment?: Readonly<Record<string, string>>,
  ): RunningStep;
  deploy(
    inputs?: Readonly<Record<string, string>>,
    environment?: Readonly<Record<string, string>>,
  ): Promise<StepRun>;
  post(main: Pick<StepRun, 'state'>): Promise<StepRun>;
  /** The tags of images in the repository `web`, each with its digest; not those of caches. */
  tags(): Promise<Readonly<Record<string, string>>>;
  /** Another service of the cluster, which runs this image: its deployment has completed. */
  createService(name: string, image: string): Promise<void>;
  /** Fails when the repository `web` lacks that blob. */
  hasBlob(digest: string): Promise<void>;
  /** A blob or manifest of the registry, as JSON. */
  stored(kind: 'manifests' | 'blobs', reference: string): Promise<Stored>;
}

/** What tests read of a manifest, an index or a configuration. */
export interface Stored {
  readonly mediaType?: string;
  readonly layers: readonly { readonly mediaType: string; readonly digest: string }[];
  readonly manifests: readonly {
    readonly digest: string;
    readonly platform: { readonly os: string; readonly architecture: string };
  }[];
  readonly annotations?: Readonly<Record<string, string>>;
  readonly config: { readonly digest: string; readonly Labels: Readonly<Record<string, string>> };
}

export interface DeployWorldOptions {
  readonly builder: TestBuilder;
  readonly repository?: Partial<CreateRepositoryCommandInput>;
  /** More members of the first task definition. */
  readonly taskDefinition?: Document;
  readonly containers?: readonly Document[];
  readonly findings?: FargateOptions['findings'];
  /** More of the environment of the step and its post. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly otherRegistries?: FargateOptions['otherRegistries'];
}

const manifestTypes = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
];
const action = join(import.meta.dirname, '../..');

export async function startDeployWorld(options: DeployWorldOptions): Promise<DeployWorld> {
  const { builder } = options;
  const fargate = await startFargate({
    runtime: 'simulated',
    registry: 'real',
    clock: runningClock(200),
    ...(options.findings === undefined ? {} : { findings: options.findings }),
    ...(options.otherRegistries === undefined ? {} : { otherRegistries: options.otherRegistries }),
  });
  const config = {
    endpoint: fargate.endpoint,
    region: fargate.account.region,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  };
  const ecr = new ECRClient(config);
  const ecs = new ECSClient(config);
  const folder = mkdtempSync(join(tmpdir(), 'fargate-deploy-world-'));
  const workspace = join(folder, 'checkout');
  const temporary = join(folder, 'temp');
  for (const path of [workspace, temporary]) mkdirSync(path);

  await ecr.send(new CreateRepositoryCommand({ repositoryName: 'web', ...options.repository }));
  const first = fargate.images.put('web', { tags: ['first'] });
  const image = `${fargate.registryHost}/web@${first}`;
  await ecs.send(new CreateClusterCommand({ clusterName: 'staging' }));
  const createService = async (
    name: string,
    own: string,
    more: { readonly containers?: readonly Document[]; readonly taskDefinition?: Document } = {},
  ): Promise<void> => {
    await registerTaskDefinition(ecs, {
      ...webTaskDefinition(fargate, first, { container: { image: own }, others: more.containers ?? [] }),
      family: name,
      ...more.taskDefinition,
    });
    const request = webService('staging', 1, { serviceName: name, taskDefinition: `${name}:1` });
    await ecs.send(new CreateServiceCommand(request));
  };
  await createService('web', image, options);

  const fetchStored = async (kind: 'manifests' | 'blobs', reference: string): Promise<Response> => {
    const reply = await ecr.send(new GetAuthorizationTokenCommand({}));
    const token = reply.authorizationData?.[0]?.authorizationToken ?? '';
    const answer = await fetch(`http://${fargate.registryHost}/v2/web/${kind}/${reference}`, {
      headers: { authorization: `Basic ${token}`, accept: manifestTypes.join(', ') },
    });
    if (!answer.ok) throw new Error(`The registry answers ${answer.status} to ${kind}/${reference}`);
    return answer;
  };

  const git = (...args: readonly string[]): string =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', '-C', workspace, ...args], {
      encoding: 'utf8',
    });
  git('init', '-q', '-b', 'main');
  const step = (
    inputs: Readonly<Record<string, string>>,
    environment: Readonly<Record<string, string>>,
  ): Step => ({
    action,
    inputs: {
      cluster: 'staging',
      service: 'web',
      ...(builder.builder === undefined ? {} : { builder: builder.builder }),
      ...inputs,
    },
    environment: { ...fargate.environment, ...builder.env, ...options.environment, ...environment },
    workspace,
    temporary,
  });
  return {
    fargate,
    ecr,
    ecs,
    workspace,
    temporary,
    write: (files) => {
      for (const [name, text] of Object.entries(files)) {
        const path = join(workspace, name);
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, text);
      }
    },
    commit: () => {
      git('add', '-A');
      git('commit', '-q', '--allow-empty', '-m', 'A change');
      return git('rev-parse', 'HEAD').trim();
    },
    start: (inputs = {}, environment = {}) => startStep(step(inputs, environment)),
    deploy: (inputs = {}, environment = {}) => startStep(step(inputs, environment)).finished,
    post: (main) => runPost(step({}, {}), main),
    tags: async () => {
      const images = await fargate.images.list('web');
      return Object.fromEntries(
        images.flatMap(({ tags, digest }) =>
          tags.filter((tag) => !tag.startsWith('buildcache-')).map((tag) => [tag, digest] as const),
        ),
      );
    },
    createService: async (name, own) => {
      await createService(name, own);
      await completed(fargate, name);
    },
    hasBlob: async (digest) => {
      await (await fetchStored('blobs', digest)).arrayBuffer();
    },
    stored: async (kind, reference) => (await (await fetchStored(kind, reference)).json()) as Stored,
    [Symbol.asyncDispose]: async () => {
      await fargate.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function completed({ ecs }: Fargate, name: string): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      const service = ecs.snapshot().services.find((one) => one.name === name);
      if (service?.deployments[0]?.rolloutState !== 'COMPLETED') return;
      stop();
      resolve();
    };
    const stop = ecs.onChange(look);
    look();
  });
}
