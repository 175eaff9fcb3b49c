import type { SourceCommit, Sources } from '../source/sources.ts';

/**
 * Makes the OCI labels that metadata-action sets too: source, revision, created, version. "Created" is the time of the commit
 * instead of the build, so that the same files make the same digest.
 *
 * @param options.given labels of the inputs; they win
 * @param options.tag the first tag of the input
 */
export function labelsOf(options: {
  readonly sources: Pick<Sources, 'commit' | 'remote'>;
  readonly environment: NodeJS.ProcessEnv;
  readonly tag: string | undefined;
  readonly given: readonly string[];
}): readonly string[] {
  const { sources, environment, tag, given } = options;
  const { commit, remote } = sources;
  const ours: readonly (readonly [string, string | undefined])[] = [
    [
      'source',
      isOfOwnRepository(sources, environment) ? ownAddress(environment) : remote && webAddress(remote),
    ],
    ['revision', commit?.sha],
    ['created', commit?.committedAt],
    ['version', versionOf(commit, environment) ?? tag],
  ];
  const names = new Set(given.map((label) => label.slice(0, label.indexOf('='))));
  const labels = ours.flatMap(([name, value]) => {
    const full = `org.opencontainers.image.${name}`;
    return value === undefined || names.has(full) ? [] : `${full}=${value}`;
  });
  return [...labels, ...given];
}

/** Whether the source is the repository that the workflow runs for. True unless something shows another one. */
export function isOfOwnRepository(
  { remote }: Pick<Sources, 'remote'>,
  environment: NodeJS.ProcessEnv,
): boolean {
  const own = ownAddress(environment);
  if (remote === undefined || own === undefined) return true;
  const [asked, ours] = [webAddress(remote), webAddress(own)].map((address) => address?.toLowerCase());
  return asked === ours;
}

function ownAddress({ GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository }: NodeJS.ProcessEnv) {
  return server && repository ? `${server}/${repository}` : undefined;
}

/** The web page of a repository, from its clone address; never with credentials. */
export function webAddress(remote: string): string | undefined {
  const [, host, path = ''] =
    /^https?:\/\/(?:[^/@]*@)?([\w.-]+(?::\d+)?)\/([^?#]+)/.exec(remote) ??
    /^(?:ssh|git):\/\/(?:[^/@]*@)?([\w.-]+)(?::\d+)?\/([^?#]+)/.exec(remote) ??
    /^[\w.-]+@([\w.-]+):([^?#]+)/.exec(remote) ??
    [];
  return host === undefined ? undefined : `https://${host}/${path.replace(/(\.git)?\/*$/, '')}`;
}

/** The tag, branch or pull request of the event, if its commit is checked out. */
function versionOf(commit: SourceCommit | undefined, environment: NodeJS.ProcessEnv): string | undefined {
  const { GITHUB_SHA: sha, GITHUB_REF: ref = '' } = environment;
  if (commit === undefined || commit.sha !== sha) return undefined;
  const [, kind, name = ''] = /^refs\/(tags|heads|pull)\/(.+)$/.exec(ref) ?? [];
  if (name === '') return undefined;
  return kind === 'pull' ? `pr-${name.split('/')[0] ?? ''}` : name.replaceAll('/', '-');
}
