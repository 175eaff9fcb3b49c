import { isJsonObject, type JsonObject } from '../text/json.ts';

/**
 * Docker's configuration with one login in it that wins over all others for that registry. A credential helper, or
 * the store for all registries, would be asked instead of the file; an empty helper for this registry sends docker
 * back to the file (seen in the source of the docker command line, from 17 to 29).
 */
export function withAuth(config: JsonObject, registry: string, auth: JsonObject): JsonObject {
  const key = keyOf(registry);
  const helpers = objectOf(config.credHelpers);
  const hasHelper = Object.hasOwn(helpers, key) || (config.credsStore ?? '') !== '';
  return {
    ...config,
    auths: { ...objectOf(config.auths), [key]: auth },
    ...(hasHelper ? { credHelpers: { ...helpers, [key]: '' } } : {}),
  };
}

/** Whether somebody has signed in to this registry: with a password in the file, or by a credential helper or store. */
export function hasLogin(config: JsonObject, registry: string): boolean {
  const key = keyOf(registry);
  // A login in the store leaves an entry without a password in the file.
  return Object.hasOwn(objectOf(config.auths), key) || (objectOf(config.credHelpers)[key] ?? '') !== '';
}

/** The configuration with the logins of DOCKER_AUTH_CONFIG in it; a text that is not JSON adds none. */
export function withAuthsOf(config: JsonObject, authConfig: string | undefined): JsonObject {
  if (authConfig === undefined || authConfig === '') return config;
  let extra: unknown;
  try {
    extra = JSON.parse(authConfig);
  } catch {
    return config;
  }
  const auths = isJsonObject(extra) ? objectOf(extra.auths) : {};
  return Object.entries(auths).reduce(
    (sum, [registry, auth]) => (isJsonObject(auth) ? withAuth(sum, registry, auth) : sum),
    config,
  );
}

/** The credential helpers that docker may start, each once: `ecr-login` for `docker-credential-ecr-login`. */
export function helpersOf(config: JsonObject): readonly string[] {
  const all = [config.credsStore, ...Object.values(objectOf(config.credHelpers))];
  return [...new Set(all.flatMap((name) => (typeof name === 'string' && name !== '' ? name : [])))];
}

/** Docker Hub alone has a URL for a key. */
function keyOf(registry: string): string {
  return registry === 'docker.io' || registry === 'index.docker.io'
    ? 'https://index.docker.io/v1/'
    : registry;
}

function objectOf(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {};
}
