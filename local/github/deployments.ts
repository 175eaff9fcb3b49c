import type { Json, JsonObject } from '../../src/aws/json.ts';
import { notFound, type Route } from './routes.ts';

/** A deployment of the repository with its states, the first first. */
export interface Deployment {
  readonly id: number;
  readonly environment: string;
  readonly sha: string;
  /** As it was asked for. */
  readonly request: JsonObject;
  readonly statuses: JsonObject[];
}

export interface Deployments {
  readonly all: readonly Deployment[];
  /** One that GitHub made itself, for a job with `environment:`, as it does before the job's first step. */
  ofJob(job: { readonly environment: string; readonly sha: string; readonly runUrl: string }): void;
  readonly routes: readonly Route[];
}

/** GitHub's record of deployments, as far as its documentation tells how it behaves. */
export function createDeployments(): Deployments {
  const all: Deployment[] = [];
  const find = (id: number): Deployment | undefined => all.find((one) => one.id === id);
  const add = (request: JsonObject): Deployment => {
    const deployment = {
      id: 1001 + all.length,
      environment: textOf(request.environment) ?? 'production',
      sha: textOf(request.ref) ?? '',
      request,
      statuses: [],
    };
    all.push(deployment);
    return deployment;
  };
  const addStatus = (deployment: Deployment, body: JsonObject): JsonObject => {
    const status = { id: 5001 + deployment.statuses.length, ...body };
    deployment.statuses.push(status);
    // Documented: earlier ones become inactive, unless they are of a production environment.
    if (body.state === 'success' && body.auto_inactive !== false) {
      for (const other of all) {
        if (other === deployment || other.environment !== deployment.environment) continue;
        if (other.request.production_environment === true || other.environment === 'production') continue;
        other.statuses.push({ state: 'inactive' });
      }
    }
    return status;
  };
  return {
    all,
    ofJob: ({ environment, sha, runUrl }) => {
      addStatus(add({ ref: sha, environment }), { state: 'in_progress', log_url: `${runUrl}/job/1` });
    },
    routes: [
      route(`GET ${path}`, ({ query }) => {
        const found = all.filter(
          ({ environment, sha }) =>
            environment === (query.get('environment') ?? environment) && sha === (query.get('sha') ?? sha),
        );
        const size = Number(query.get('per_page') ?? 30);
        return { status: 200, body: found.toReversed().slice(0, size).map(shown) };
      }),
      route(`POST ${path}`, ({ body }) => {
        // Documented: without an empty list all checks of the commit have to have passed, and this one has not.
        if (!Array.isArray(body.required_contexts) || body.required_contexts.length > 0)
          return { status: 409, body: { message: 'Conflict: Commit status checks failed for main.' } };
        return { status: 201, body: shown(add(body)) };
      }),
      route(`GET ${path}/{deployment_id}/statuses`, ({ parameters: [id] }) => {
        const deployment = find(Number(id));
        return deployment === undefined ? notFound : { status: 200, body: deployment.statuses.toReversed() };
      }),
      route(`POST ${path}/{deployment_id}/statuses`, ({ parameters: [id], body }) => {
        const deployment = find(Number(id));
        return deployment === undefined ? notFound : { status: 201, body: addStatus(deployment, body) };
      }),
    ],
  };
}

const path = '/repos/{owner}/{repo}/deployments';

function route(operation: string, answer: Route['answer']): Route {
  return { operation, permission: 'deployments', answer };
}

function shown({ id, environment, sha, request }: Deployment): JsonObject {
  return { id, environment, sha, ref: sha, task: request.task ?? 'deploy' };
}

function textOf(value: Json | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
