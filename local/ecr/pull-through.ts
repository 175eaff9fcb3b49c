import { textOf, textsOf } from '../server/members.ts';
import { AwsError, type Document, type Operations } from '../server/operation.ts';
import { digestOf, type ImageTable } from './image-table.ts';
import type { StoredManifest } from './images.ts';
import { readManifest } from './manifest.ts';

/** Pull-through cache rules, and the images that they bring. */
export interface PullThrough {
  readonly operations: Operations;
  /** Brings an image from the upstream registry if a rule applies to it and the upstream has it. */
  bring(repositoryName: string, reference: string): Promise<void>;
}

/**
 * As documented: the first pull creates the repository and brings the image; an operation that only reads doesn't. ECR also
 * checks an existing image for updates once a day, which isn't implemented. The upstream registry is called without a login, on
 * loopback without TLS.
 */
export function createPullThrough(options: {
  readonly accountId: string;
  readonly now: () => number;
  readonly images: ImageTable;
  /** Creates a repository if it doesn't exist. */
  readonly ensureRepository: (name: string) => void;
  /** Stores layers; undefined if tasks are simulated, since nothing pulls them then. */
  readonly store: string | undefined;
}): PullThrough {
  const { accountId, now, images, ensureRepository, store } = options;
  const rules = new Map<string, { readonly upstream: string; readonly createdAt: number }>();

  const ruleOf = (prefix: string): Document => {
    const rule = rules.get(prefix);
    if (rule === undefined)
      throw new AwsError(
        'PullThroughCacheRuleNotFoundException',
        `The pull through cache rule with prefix '${prefix}' does not exist in the registry with id '${accountId}'`,
      );
    return {
      ecrRepositoryPrefix: prefix,
      upstreamRegistryUrl: rule.upstream,
      createdAt: rule.createdAt / 1000,
      registryId: accountId,
    };
  };

  const bring = async (name: string, reference: string): Promise<void> => {
    if (images.find(name, reference) !== undefined) return;
    const prefix = [...rules.keys()]
      .filter((each) => name.startsWith(`${each}/`))
      .toSorted((one, other) => other.length - one.length)[0];
    const rule = rules.get(prefix ?? 'ROOT');
    if (rule === undefined) return;
    const path = prefix === undefined ? name : name.slice(prefix.length + 1);
    const from = `${addressOf(rule.upstream)}/v2/${path}`;
    await bringManifest({
      from,
      to: store === undefined ? undefined : `http://${store}/v2/${name}`,
      reference,
      accept: (manifest) => {
        ensureRepository(name);
        images.push(name, manifest);
      },
    });
  };

  return {
    bring,
    operations: {
      CreatePullThroughCacheRule: (input) => {
        const prefix = textOf(input, 'ecrRepositoryPrefix') ?? '';
        if (rules.has(prefix))
          throw new AwsError(
            'PullThroughCacheRuleAlreadyExistsException',
            `The pull through cache rule with prefix '${prefix}' already exists`,
          );
        rules.set(prefix, { upstream: textOf(input, 'upstreamRegistryUrl') ?? '', createdAt: now() });
        return ruleOf(prefix);
      },
      DescribePullThroughCacheRules: (input) => {
        const asked = textsOf(input, 'ecrRepositoryPrefixes');
        return { pullThroughCacheRules: (asked.length === 0 ? [...rules.keys()] : asked).map(ruleOf) };
      },
      DeletePullThroughCacheRule: (input) => {
        const prefix = textOf(input, 'ecrRepositoryPrefix') ?? '';
        const deleted = ruleOf(prefix);
        rules.delete(prefix);
        return deleted;
      },
    },
  };
}

interface Transfer {
  /** The repository in the upstream registry, and the target of its layers. */
  readonly from: string;
  readonly to: string | undefined;
  readonly reference: string;
  readonly accept: (manifest: StoredManifest & { readonly tag: string | undefined }) => void;
}

/** Brings the parts before the manifest that refers to them, as a registry requires. */
async function bringManifest(transfer: Transfer): Promise<void> {
  const { from, to, reference, accept } = transfer;
  const answer = await fetch(`${from}/manifests/${reference}`, { headers: { accept: mediaTypes } });
  if (!answer.ok) return;
  const body = await answer.text();
  const mediaType = answer.headers.get('content-type') ?? '';
  const digest = digestOf(body);
  const { manifests = [], config, layers = [] } = readManifest(body);
  for (const child of manifests) await bringManifest({ ...transfer, reference: child.digest });
  if (to !== undefined) {
    const blobs = config === undefined ? layers : [config, ...layers];
    for (const blob of blobs) await bringBlob(from, to, blob.digest);
    await put(`${to}/manifests/${digest}`, mediaType, body);
  }
  accept({ digest, mediaType, body, tag: reference === digest ? undefined : reference });
}

async function bringBlob(from: string, to: string, digest: string): Promise<void> {
  const blob = await fetch(`${from}/blobs/${digest}`);
  const begun = await fetch(`${to}/blobs/uploads/`, { method: 'POST' });
  const place = new URL(begun.headers.get('location') ?? '', to);
  place.searchParams.set('digest', digest);
  await put(place.toString(), 'application/octet-stream', await blob.arrayBuffer());
}

async function put(place: string, contentType: string, body: string | ArrayBuffer): Promise<void> {
  const answer = await fetch(place, { method: 'PUT', headers: { 'content-type': contentType }, body });
  if (!answer.ok) throw new Error(`The registry answers ${answer.status} to ${place}`);
}

function addressOf(upstream: string): string {
  return /^(127\.0\.0\.1|localhost)(:\d+)?$/.test(upstream) ? `http://${upstream}` : `https://${upstream}`;
}

const mediaTypes = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');
