import type { PullThroughCacheRule } from '@aws-sdk/client-ecr';
import { type Calling, call } from '../../aws/call.ts';
import type { Aws } from '../../aws/clients.ts';
import { kindOf } from '../../aws/errors.ts';
import { Failure } from '../../process/failure.ts';
import { type ImageReference, parseReference } from '../../reference/image-reference.ts';
import { ecrRegistryOf } from './registry-host.ts';
import { isMissing } from './wait-for-image.ts';

/** What pull-through cache rules say about a repository. */
export type PullThrough =
  | { readonly kind: 'rule'; readonly prefix: string; readonly upstream: string }
  | { readonly kind: 'none' }
  /** Reading the rules is denied. */
  | { readonly kind: 'unknown' };

/** Reads the rules of the registry that an image is in. */
export async function findPullThrough(
  aws: Pick<Aws, 'ecr'>,
  calling: Calling,
  { registry, repository }: Pick<ImageReference, 'registry' | 'repository'>,
): Promise<PullThrough> {
  const { account, region } = (registry === undefined ? undefined : ecrRegistryOf(registry)) ?? {};
  const { DescribePullThroughCacheRulesCommand } = await import('@aws-sdk/client-ecr');
  const ecr = await aws.ecr(region);
  try {
    // An account has at most 50 rules (documented), fewer than fit a page.
    const { pullThroughCacheRules = [] } = await call(
      calling,
      'ecr:DescribePullThroughCacheRules',
      (abortSignal) =>
        ecr.send(
          new DescribePullThroughCacheRulesCommand({
            ...(account === undefined ? {} : { registryId: account }),
            maxResults: 100,
          }),
          { abortSignal },
        ),
    );
    return ruleFor(pullThroughCacheRules, repository);
  } catch (error) {
    if (kindOf(error) !== 'denied') throw error;
    return { kind: 'unknown' };
  }
}

/** Finds the rule with the longest prefix; `ROOT` is for repositories without any other rule (documented). Pure. */
export function ruleFor(rules: readonly PullThroughCacheRule[], repository: string): PullThrough {
  const [rule] = rules
    .map(({ ecrRepositoryPrefix: prefix = '', upstreamRegistryUrl: upstream = '' }) => ({ prefix, upstream }))
    .filter(({ prefix }) => prefix === 'ROOT' || repository.startsWith(`${prefix}/`))
    .toSorted((one, other) => lengthOf(other.prefix) - lengthOf(one.prefix));
  return rule === undefined ? { kind: 'none' } : { kind: 'rule', ...rule };
}

function lengthOf(prefix: string): number {
  return prefix === 'ROOT' ? 0 : prefix.length;
}

/**
 * Refuses an image that ECR doesn't have, unless a pull-through cache rule may bring it. ECS then pulls it first, since this
 * job may lack the permission.
 *
 * If reading the rules is denied, a rule may still bring a missing repository whose name has a namespace. In an existing
 * repository a missing image most likely was never pushed, and is refused.
 *
 * @param options.problem why the image is refused
 * @param options.warn called with the reason if it is deployed anyway
 * @throws Failure the problem
 */
export async function acceptUnpulled(options: {
  readonly aws: Pick<Aws, 'ecr'>;
  readonly calling: Calling;
  readonly image: string;
  readonly problem: unknown;
  readonly warn: (line: string) => void;
}): Promise<void> {
  const { aws, calling, image, problem, warn } = options;
  const reference = parseReference(image);
  if (reference?.registry === undefined || !isMissing(problem)) throw problem;
  const found = await findPullThrough(aws, calling, reference);
  if (found.kind === 'rule') {
    warn(
      `${image} is not in ECR yet: the pull-through cache rule ${found.prefix} brings it from ${found.upstream} when the first task starts. ${asNamed} The execution role needs ecr:BatchImportUpstreamImage and ecr:CreateRepository for that.`,
    );
    return;
  }
  if (found.kind === 'none') throw problem;
  if (problem.code === 'repository-missing' && reference.repository.includes('/')) {
    warn(
      `${problem.message} A pull-through cache rule may bring it when the first task starts; this job can't tell (it lacks ecr:DescribePullThroughCacheRules). ${asNamed}`,
    );
    return;
  }
  throw new Failure({
    code: problem.code,
    fault: problem.fault,
    message: problem.message,
    advice: `${problem.advice ?? ''} If a pull-through cache rule brings it, allow this job ecr:DescribePullThroughCacheRules.`,
    cause: problem,
  });
}

const asNamed = 'It is deployed by its name, and its platform is not checked.';
