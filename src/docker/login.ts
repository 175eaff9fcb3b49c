import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { type DockerNeeds, environmentFor } from '../process/child-environment.ts';
import { systemCode } from '../process/system-error.ts';
import { isJsonObject, type JsonObject } from '../text/json.ts';
import { hasLogin, helpersOf, withAuth, withAuthsOf } from './config-file.ts';

/** A private Docker configuration, which no other job reads and which is removed afterwards. */
export interface DockerConfig {
  /** The private folder; saved for `post`, which removes it if the step was killed. */
  readonly path: string;
  /** The environment of docker commands that use this configuration. */
  readonly env: NodeJS.ProcessEnv;
  /**
   * Signs docker in to one registry. `docker login` would put the password into the user's credential store, where it would
   * outlive the job (macOS: the keychain) and be visible to other jobs, so we write it into the private file only.
   * @param registry host, with the port if it has one, without scheme
   */
  readonly login: (registry: string, username: string, password: string) => Promise<void>;
  /** Whether a login to a registry exists, ours or the user's. */
  readonly hasLogin: (registry: string) => boolean;
  readonly close: () => Promise<void>;
}

/**
 * Creates a private folder with the user's configuration: a copy of `config.json` (logins, credential helpers, current
 * context), and links to everything beside it (contexts, plugins, certificates), so that docker works as usual.
 * @param options.env the environment of the job
 * @param options.needs what docker commands get from it besides Docker's own variables
 * @param options.announce called with the path before the folder is created, so that a kill leaves no unknown folder
 * @param options.say called if the user's configuration can't be read
 */
export async function openDockerConfig(options: {
  readonly env: NodeJS.ProcessEnv;
  readonly needs: Pick<DockerNeeds, 'variables' | 'caches'>;
  readonly announce: (path: string) => void;
  readonly say: (line: string) => void;
}): Promise<DockerConfig> {
  const { env, needs, announce, say } = options;
  const base = env.DOCKER_CONFIG || join(homedir(), '.docker');
  const path = join(env.RUNNER_TEMP || tmpdir(), `${prefix}${randomUUID()}`);
  announce(path);
  await mkdir(path, { mode: 0o700 });
  const file = join(path, 'config.json');
  // Newer clients prefer DOCKER_AUTH_CONFIG to the file (by the source of docker 28.3): it would hide our login.
  const { DOCKER_AUTH_CONFIG: auths, ...rest } = env;
  let config = withAuthsOf(await readConfig(join(base, 'config.json'), say), auths);
  const helpers = helpersOf(config);
  try {
    await linkAllButConfig(base, path);
    await save(file, config);
  } catch (cause) {
    await removeDockerConfig(path);
    throw cause;
  }
  return {
    path,
    // buildx keeps its builders below the configuration. They belong to the user, and outlive this run.
    env: {
      ...environmentFor(rest, { kind: 'docker', ...needs, helpers }),
      DOCKER_CONFIG: path,
      BUILDX_CONFIG: env.BUILDX_CONFIG || join(base, 'buildx'),
    },
    login: async (registry, username, password) => {
      config = withAuth(config, registry, {
        auth: Buffer.from(`${username}:${password}`).toString('base64'),
      });
      await save(file, config);
    },
    hasLogin: (registry) => hasLogin(config, registry),
    close: () => removeDockerConfig(path),
  };
}

/**
 * Removes the folder of a run, perhaps a killed one, if it still exists. Removes links in it without following them. Ignores
 * a path that isn't a folder of ours: `post` reads it from saved state.
 */
export async function removeDockerConfig(path: string): Promise<void> {
  if (basename(path).startsWith(prefix)) await rm(path, { recursive: true, force: true });
}

const prefix = 'fargate-deploy-docker-';

/** Reads the configuration. Without a file or with a broken one, docker uses an empty configuration, and so do we. */
async function readConfig(file: string, say: (line: string) => void): Promise<JsonObject> {
  try {
    const config: unknown = JSON.parse(await readFile(file, 'utf8'));
    if (isJsonObject(config)) return config;
    say(`${file} isn't a JSON object, so its logins aren't used.`);
  } catch (error) {
    // The parser's message may quote the file, which contains passwords.
    if (systemCode(error) !== 'ENOENT') say(`${file} can't be read, so its logins aren't used.`);
  }
  return {};
}

async function linkAllButConfig(base: string, path: string): Promise<void> {
  for (const entry of await entriesOf(base)) {
    // On Windows only administrators can link files; the relevant entries (contexts, cli-plugins) are folders.
    if (entry.name === 'config.json' || (process.platform === 'win32' && !entry.isDirectory())) continue;
    await symlink(join(base, entry.name), join(path, entry.name), 'junction');
  }
}

async function entriesOf(folder: string) {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
  }
}

async function save(file: string, config: JsonObject): Promise<void> {
  await writeFile(file, JSON.stringify(config, undefined, 2), { mode: 0o600 });
}
