import type { Checkout } from './checkout.ts';

/**
 * The labels of OCI that metadata-action sets too: where the source is, which commit, when it was made, which version.
 * "Created" is the commit's time and not that of the build: the same files make the same digest.
 *
 * @param options.given labels of the inputs, which win
 * @param options.tag the first tag that was asked for
 */
export function labelsOf(options: {
  readonly checkout: Checkout | undefined;
  readonly environment: NodeJS.ProcessEnv;
  readonly tag: string | undefined;
  readonly given: readonly string[];
}): readonly string[] {
  const { checkout, environment, tag, given } = options;
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository } = environment;
  const ours: readonly (readonly [string, string | undefined])[] = [
    ['source', server && repository ? `${server}/${repository}` : undefined],
    ['revision', checkout?.commit],
    ['created', checkout?.committedAt],
    ['version', versionOf(checkout, environment) ?? tag],
  ];
  const names = new Set(given.map((label) => label.slice(0, label.indexOf('='))));
  const labels = ours.flatMap(([name, value]) => {
    const full = `org.opencontainers.image.${name}`;
    return value === undefined || names.has(full) ? [] : `${full}=${value}`;
  });
  return [...labels, ...given];
}

/** The tag, branch or pull request of the event, if that is what is checked out. */
function versionOf(checkout: Checkout | undefined, environment: NodeJS.ProcessEnv): string | undefined {
  const { GITHUB_SHA: sha, GITHUB_REF: ref = '' } = environment;
  if (checkout === undefined || checkout.commit !== sha) return undefined;
  const [, kind, name = ''] = /^refs\/(tags|heads|pull)\/(.+)$/.exec(ref) ?? [];
  if (name === '') return undefined;
  return kind === 'pull' ? `pr-${name.split('/')[0] ?? ''}` : name.replaceAll('/', '-');
}
