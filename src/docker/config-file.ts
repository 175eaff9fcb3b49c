import { isJsonObject, type JsonObject } from '../text/json.ts';

/**
 * Adds a login to Docker's configuration that wins over all others for that registry. Docker would ask a credential helper
 * or store instead of the file; an empty helper for this registry makes it read the file (by the source of the docker
 * command line, from 17 to 29).
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

/** Whether a login to this registry exists: in the file, in a credential helper or in the store. */
export function hasLogin(config: JsonObject, registry: string): boolean {
  const key = keyOf(registry);
  // For a login in the store, the file has an entry without a password.
  return Object.hasOwn(objectOf(config.auths), key) || (objectOf(config.credHelpers)[key] ?? '') !== '';
}

/** Adds the logins of DOCKER_AUTH_CONFIG; a text that isn't JSON adds none. */
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

/** Lists the credential helpers that docker may start: `ecr-login` for `docker-credential-ecr-login`. */
export function helpersOf(config: JsonObject): readonly string[] {
  const all = [config.credsStore, ...Object.values(objectOf(config.credHelpers))];
  return [...new Set(all.flatMap((name) => (typeof name === 'string' && name !== '' ? name : [])))];
}

/** Only Docker Hub's key is a URL. */
function keyOf(registry: string): string {
  return registry === 'docker.io' || registry === 'index.docker.io'
    ? 'https://index.docker.io/v1/'
    : registry;
}

function objectOf(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {};
}
