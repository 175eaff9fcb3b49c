import { isJsonObject, type Json, type JsonObject } from '../../src/text/json.ts';

/** One operation of GitHub's API. */
export interface Route {
  /** As GitHub's description names it, e.g. `GET /repos/{owner}/{repo}/deployments`. */
  readonly operation: string;
  /** What the job's token needs for it. */
  readonly permission: 'contents' | 'deployments' | 'pullRequests';
  answer(asked: Asked): Answer;
}

export interface Asked {
  /** What stands in the path after the repository, in its order. */
  readonly parameters: readonly string[];
  readonly query: URLSearchParams;
  readonly body: JsonObject;
}

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: Json;
}

/** An answer that says no. */
export function refusal(status: number, message: string): Answer {
  return {
    status,
    body: { message, documentation_url: 'https://docs.github.com/rest', status: String(status) },
  };
}

/** What is wrong with the request. */
export function invalid(message: string): Answer {
  return { status: 422, body: { message, documentation_url: 'https://docs.github.com/rest' } };
}

export const notFound: Answer = refusal(404, 'Not Found');

/** The route of a request with the repository that it names, `owner/name`. */
export function findRoute(
  routes: readonly Route[],
  method: string,
  path: string,
):
  | { readonly route: Route; readonly repository: string; readonly parameters: readonly string[] }
  | undefined {
  for (const route of routes) {
    const [itsMethod, template = ''] = route.operation.split(' ');
    // The name of a ref has slashes.
    const pattern = template.replace('{ref}', '(.+)').replace(/\{\w+\}/g, '([^/]+)');
    const [, owner, name, ...parameters] = new RegExp(`^${pattern}$`).exec(path) ?? [];
    if (method === itsMethod && owner !== undefined)
      return {
        route,
        repository: `${owner}/${name ?? ''}`,
        // Octokit sends the slash in a ref as %2F.
        parameters: parameters.map((one) => decodeURIComponent(one)),
      };
  }
  return undefined;
}

export function bodyOf(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}
