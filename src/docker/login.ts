import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { type DockerNeeds, environmentFor } from '../process/child-environment.ts';
import { systemCode } from '../process/system-error.ts';
import { isJsonObject, type JsonObject } from '../text/json.ts';
import { hasLogin, helpersOf, withAuth, withAuthsOf } from './config-file.ts';

/** A Docker configuration of this run's own, which no other job reads and which is gone afterwards. */
export interface DockerConfig {
  /** The private folder; saved for `post`, which removes it when the step was killed. */
  readonly path: string;
  /** The environment for docker commands that use this configuration. */
  readonly env: NodeJS.ProcessEnv;
  /**
   * Signs docker in to one registry. `docker login` would hand the password to the user's credential store, where it
   * would outlive the job (macOS: the keychain) and be shared with other jobs; so it goes into the private file only.
   * @param registry host, with port if there is one, without scheme
   */
  readonly login: (registry: string, username: string, password: string) => Promise<void>;
  /** Whether there is a login for a registry, whoever made it. */
  readonly hasLogin: (registry: string) => boolean;
  readonly close: () => Promise<void>;
}

/**
 * Makes a private folder with the user's configuration in it: a copy of `config.json` (logins, credential helpers,
 * current context), and links to all that stands beside it (contexts, plugins, certificates), so that docker works as
 * it would without us.
 * @param options.env the environment of the job
 * @param options.needs what the docker commands get of it besides what is Docker's
 * @param options.announce hears the folder's path before it is made, so that a kill in between leaves nothing unknown
 * @param options.say hears of a configuration that cannot be read
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
  // Newer clients put DOCKER_AUTH_CONFIG before the file (seen in the source of docker 28.3): it would hide our login.
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
    // buildx keeps its builders below the configuration: they are the user's, and outlive this run.
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
 * Removes what a run, perhaps a killed one, left; does nothing when it is gone already. Links in it are removed and
 * not followed. A path that is no folder of ours is left alone: `post` reads it from saved state.
 */
export async function removeDockerConfig(path: string): Promise<void> {
  if (basename(path).startsWith(prefix)) await rm(path, { recursive: true, force: true });
}

const prefix = 'fargate-deploy-docker-';

/** Without a file or with a broken one, docker goes on with an empty configuration: so do we. */
async function readConfig(file: string, say: (line: string) => void): Promise<JsonObject> {
  try {
    const config: unknown = JSON.parse(await readFile(file, 'utf8'));
    if (isJsonObject(config)) return config;
    say(`${file} holds no object; its logins are not used.`);
  } catch (error) {
    // The message of the parser may quote the file, which holds passwords.
    if (systemCode(error) !== 'ENOENT') say(`${file} cannot be read; its logins are not used.`);
  }
  return {};
}

async function linkAllButConfig(base: string, path: string): Promise<void> {
  for (const entry of await entriesOf(base)) {
    // Windows lets only administrators link files; what matters (contexts, cli-plugins) are folders.
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
