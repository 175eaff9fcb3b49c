import type { SourceCommit, Sources } from '../source/sources.ts';

/**
 * The labels of OCI that metadata-action sets too: where the source is, which commit, when it was made, which version.
 * "Created" is the commit's time and not that of the build: the same files make the same digest.
 *
 * @param options.given labels of the inputs, which win
 * @param options.tag the first tag that was asked for
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

/** Whether a build is of the repository that the workflow runs for; taken for granted where nothing says otherwise. */
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

/** The page of a repository from the address that it is cloned by; never with credentials. */
export function webAddress(remote: string): string | undefined {
  const [, host, path = ''] =
    /^https?:\/\/(?:[^/@]*@)?([\w.-]+(?::\d+)?)\/([^?#]+)/.exec(remote) ??
    /^(?:ssh|git):\/\/(?:[^/@]*@)?([\w.-]+)(?::\d+)?\/([^?#]+)/.exec(remote) ??
    /^[\w.-]+@([\w.-]+):([^?#]+)/.exec(remote) ??
    [];
  return host === undefined ? undefined : `https://${host}/${path.replace(/(\.git)?\/*$/, '')}`;
}

/** The tag, branch or pull request of the event, if that is what is checked out. */
function versionOf(commit: SourceCommit | undefined, environment: NodeJS.ProcessEnv): string | undefined {
  const { GITHUB_SHA: sha, GITHUB_REF: ref = '' } = environment;
  if (commit === undefined || commit.sha !== sha) return undefined;
  const [, kind, name = ''] = /^refs\/(tags|heads|pull)\/(.+)$/.exec(ref) ?? [];
  if (name === '') return undefined;
  return kind === 'pull' ? `pr-${name.split('/')[0] ?? ''}` : name.replaceAll('/', '-');
}
