import { textOf, textsOf } from '../server/members.ts';
import { AwsError, type Document, type Operations } from '../server/operation.ts';
import { digestOf, type ImageTable } from './image-table.ts';
import type { StoredManifest } from './images.ts';
import { readManifest } from './manifest.ts';

/** Pull-through cache rules, and what a pull brings by them. */
export interface PullThrough {
  readonly operations: Operations;
  /** Brings an image from the upstream registry when a rule is for it; else, and when it is not there, does nothing. */
  bring(repositoryName: string, reference: string): Promise<void>;
}

/**
 * As documented: the first pull creates the repository and brings the image, an operation that only looks does not. That
 * an image that is there is asked for again once a day is not played. The upstream registry is asked without a login, on
 * loopback without TLS.
 */
export function createPullThrough(options: {
  readonly accountId: string;
  readonly now: () => number;
  readonly images: ImageTable;
  /** Creates a repository that is not there. */
  readonly ensureRepository: (name: string) => void;
  /** Where layers are kept; undefined where tasks are simulated and nobody pulls them. */
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

interface Way {
  /** The repository in the upstream registry, and where its layers go. */
  readonly from: string;
  readonly to: string | undefined;
  readonly reference: string;
  readonly accept: (manifest: StoredManifest & { readonly tag: string | undefined }) => void;
}

/** The parts come before what names them, as a registry demands. */
async function bringManifest(way: Way): Promise<void> {
  const { from, to, reference, accept } = way;
  const answer = await fetch(`${from}/manifests/${reference}`, { headers: { accept: mediaTypes } });
  if (!answer.ok) return;
  const body = await answer.text();
  const mediaType = answer.headers.get('content-type') ?? '';
  const digest = digestOf(body);
  const { manifests = [], config, layers = [] } = readManifest(body);
  for (const child of manifests) await bringManifest({ ...way, reference: child.digest });
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
