/** An image reference as it was written, in its parts. */
export interface ImageReference {
  /** Host, with port if one is named; undefined: Docker Hub, unnamed. */
  readonly registry: string | undefined;
  /** The path in the registry, without tag and digest. */
  readonly repository: string;
  readonly tag: string | undefined;
  /** With its algorithm: `sha256:...` */
  readonly digest: string | undefined;
}

/**
 * Reads `[registry/]repository[:tag][@digest]` by Docker's rules; undefined when the text breaks them. The first part
 * is a registry only if it has a dot or a port or is `localhost`: `team/web` is on Docker Hub.
 */
export function parseReference(text: string): ImageReference | undefined {
  const [name, digest, ...tooMany] = text.split('@');
  if (name === undefined || tooMany.length > 0) return undefined;
  if (digest !== undefined && !isDigest(digest)) return undefined;
  const { registry, path } = splitRegistry(name);
  const colon = path.indexOf(':');
  const repository = colon === -1 ? path : path.slice(0, colon);
  const tag = colon === -1 ? undefined : path.slice(colon + 1);
  if (!isRepository(repository) || (tag !== undefined && !isTag(tag))) return undefined;
  if (registry !== undefined && !isRegistry(registry)) return undefined;
  return { registry, repository, tag, digest };
}

export function printReference({ tag, digest, ...place }: ImageReference): string {
  const withTag = tag === undefined ? repositoryUri(place) : `${repositoryUri(place)}:${tag}`;
  return digest === undefined ? withTag : `${withTag}@${digest}`;
}

/** Registry and path, as ECR's `repositoryUri` has it. */
export function repositoryUri({
  registry,
  repository,
}: Pick<ImageReference, 'registry' | 'repository'>): string {
  return registry === undefined ? repository : `${registry}/${repository}`;
}

/** The reference for ECS: by digest, so that it stays this image. */
export function atDigest(repository: string, digest: string): string {
  return `${repository}@${digest}`;
}

/** Whether both are of one repository; `nginx` and `docker.io/library/nginx` are. */
export function isSameRepository(one: ImageReference, other: ImageReference): boolean {
  return fullName(one) === fullName(other);
}

/** The host to ask: the names that stand for Docker Hub become one. */
export function registryHost({ registry }: Pick<ImageReference, 'registry'>): string {
  return registry === undefined || registry === 'index.docker.io' ? 'docker.io' : registry;
}

/** At most 128 letters, digits, `_`, `.` and `-`, and no `.` or `-` first (documented by Docker). */
export function isTag(text: string): boolean {
  return /^\w[\w.-]{0,127}$/.test(text);
}

/** Only what ECR and ECS take: SHA-256 (documented). */
export function isDigest(text: string): boolean {
  return /^sha256:[0-9a-f]{64}$/.test(text);
}

function fullName(reference: ImageReference): string {
  const host = registryHost(reference);
  const isOfficial = host === 'docker.io' && !reference.repository.includes('/');
  return `${host}/${isOfficial ? `library/${reference.repository}` : reference.repository}`;
}

function splitRegistry(name: string): { readonly registry: string | undefined; readonly path: string } {
  const slash = name.indexOf('/');
  const first = name.slice(0, slash);
  const isHost =
    slash !== -1 && (/[.:]/.test(first) || first === 'localhost' || first !== first.toLowerCase());
  return isHost ? { registry: first, path: name.slice(slash + 1) } : { registry: undefined, path: name };
}

function isRegistry(text: string): boolean {
  return /^(\[[0-9a-fA-F:]+\]|[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*)(:\d{1,5})?$/.test(
    text,
  );
}

/** Lower case, in parts by `/`; within a part the separators are `.`, `_`, `__` and any number of `-`. */
function isRepository(text: string): boolean {
  return (
    /^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*$/.test(text) &&
    text.length <= 255
  );
}
