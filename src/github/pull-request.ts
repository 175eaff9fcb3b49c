import { type Json, objectIn, textIn } from '../text/json.ts';

/** The pull request that a workflow run checks, or why a run must not comment on one. */
export type PullRequest =
  | {
      readonly kind: 'pull-request';
      readonly number: number;
      /** The full SHA of its newest commit; GITHUB_SHA is that of a merge which GitHub made up. */
      readonly headSha: string | undefined;
    }
  | { readonly kind: 'none'; readonly why: string };

/**
 * Reads the pull request from the event that started the run. Only `pull_request` from a branch of the repository
 * itself counts: `pull_request_target` runs with write access for whoever opens a pull request, and a fork decides what
 * its plan says. Pure.
 *
 * @param name GITHUB_EVENT_NAME
 * @param event the JSON at GITHUB_EVENT_PATH
 */
export function pullRequestOf(name: string | undefined, event: Json | undefined): PullRequest {
  if (name !== 'pull_request') {
    return {
      kind: 'none',
      why:
        name === 'pull_request_target'
          ? 'the event pull_request_target gives write access to pull requests of forks; use pull_request'
          : `the run was started by ${name ?? 'no event of GitHub'}, not by pull_request`,
    };
  }
  const { number, head, base } = objectIn(objectIn(event).pull_request);
  const [from, to] = [head, base].map((side) => objectIn(objectIn(side).repo).id);
  if (typeof number !== 'number' || !Number.isSafeInteger(number) || number < 1 || typeof to !== 'number')
    return { kind: 'none', why: "the run's event names no pull request" };
  // A fork that was deleted has no repository.
  if (from !== to) return { kind: 'none', why: 'the pull request comes from a fork' };
  const sha = textIn(objectIn(head).sha) ?? '';
  return { kind: 'pull-request', number, headSha: /^[0-9a-f]{40,64}$/.test(sha) ? sha : undefined };
}
