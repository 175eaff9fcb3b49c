import type { Json, JsonObject } from '../../src/text/json.ts';
import { notFound, type Route, refusal } from './routes.ts';
import { addressOf, bot, nodeId, now, type Place } from './shown.ts';

/** A deployment of the repository with its states, the first first. */
interface Deployment {
  readonly id: number;
  readonly environment: string;
  readonly sha: string;
  /** As the request had it. */
  readonly request: JsonObject;
  readonly createdAt: string;
  readonly statuses: JsonObject[];
}

export interface Deployments {
  readonly all: readonly Deployment[];
  /** One that GitHub made itself, for a job with `environment:`, as it does before the job's first step. */
  ofJob(job: { readonly environment: string; readonly sha: string; readonly runUrl: string }): void;
  readonly routes: readonly Route[];
}

/** GitHub's record of deployments, as far as its documentation tells how it behaves. */
export function createDeployments(place: () => Place): Deployments {
  const all: Deployment[] = [];
  const find = (id: number): Deployment | undefined => all.find((one) => one.id === id);
  const add = (request: JsonObject): Deployment => {
    const deployment = {
      id: 1001 + all.length,
      environment: textOf(request.environment) ?? 'production',
      sha: textOf(request.ref) ?? '',
      request,
      createdAt: now(),
      statuses: [],
    };
    all.push(deployment);
    return deployment;
  };
  const addStatus = (deployment: Deployment, body: JsonObject): JsonObject => {
    const status = { id: 5001 + deployment.statuses.length, created_at: now(), ...body };
    deployment.statuses.push(status);
    // Documented: earlier ones become inactive, unless they are of a production environment.
    if (body.state === 'success' && body.auto_inactive !== false) {
      for (const other of all) {
        if (other === deployment || other.environment !== deployment.environment) continue;
        if (other.request.production_environment === true || other.environment === 'production') continue;
        other.statuses.push({ id: 5001 + other.statuses.length, created_at: now(), state: 'inactive' });
      }
    }
    return status;
  };
  const shownHere = (deployment: Deployment): JsonObject => shown(place(), deployment);
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
        return { status: 200, body: found.toReversed().slice(0, size).map(shownHere) };
      }),
      route(`POST ${path}`, ({ body }) => {
        // Documented: without an empty list all checks of the commit have to have passed, and this one has not.
        if (!Array.isArray(body.required_contexts) || body.required_contexts.length > 0)
          return refusal(409, 'Conflict: Commit status checks failed for main.');
        return { status: 201, body: shownHere(add(body)) };
      }),
      route(`GET ${path}/{deployment_id}/statuses`, ({ parameters: [id] }) => {
        const deployment = find(Number(id));
        if (deployment === undefined) return notFound;
        const statuses = deployment.statuses.toReversed();
        return { status: 200, body: statuses.map((status) => shownStatus(place(), deployment, status)) };
      }),
      route(`POST ${path}/{deployment_id}/statuses`, ({ parameters: [id], body }) => {
        const deployment = find(Number(id));
        if (deployment === undefined) return notFound;
        return { status: 201, body: shownStatus(place(), deployment, addStatus(deployment, body)) };
      }),
    ],
  };
}

const path = '/repos/{owner}/{repo}/deployments';

function route(operation: string, answer: Route['answer']): Route {
  return { operation, permission: 'deployments', answer };
}

function shown(place: Place, { id, environment, sha, request, createdAt, statuses }: Deployment): JsonObject {
  const url = addressOf(place, `/deployments/${id}`);
  return {
    url,
    id,
    node_id: nodeId('Deployment', id),
    sha,
    ref: sha,
    task: request.task ?? 'deploy',
    payload: request.payload ?? {},
    environment,
    original_environment: environment,
    description: request.description ?? null,
    creator: bot(place),
    created_at: createdAt,
    updated_at: statuses.at(-1)?.created_at ?? createdAt,
    statuses_url: `${url}/statuses`,
    repository_url: addressOf(place),
    production_environment: request.production_environment ?? environment === 'production',
    transient_environment: request.transient_environment ?? false,
  };
}

function shownStatus(place: Place, { id, environment }: Deployment, status: JsonObject): JsonObject {
  const { auto_inactive: _asked, ...told } = status;
  const url = addressOf(place, `/deployments/${id}`);
  const own = typeof status.id === 'number' ? status.id : 0;
  return {
    description: '',
    environment,
    target_url: status.log_url ?? '',
    log_url: '',
    environment_url: '',
    ...told,
    url: `${url}/statuses/${own}`,
    node_id: nodeId('DeploymentStatus', `${id}/${own}`),
    creator: bot(place),
    updated_at: status.created_at ?? '',
    deployment_url: url,
    repository_url: addressOf(place),
  };
}

function textOf(value: Json | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
