import { isJsonObject } from '../text/json.ts';
import { plain } from '../text/sanitize.ts';
import { explainGithub, type GithubApi } from './api.ts';

/** GitHub's record of a deployment to an environment, which the repository's page shows. Never throws. */
export interface DeploymentRecord {
  /** Creates the record and marks it in progress; a second call does nothing. */
  begin(commit: string | undefined): Promise<void>;
  /** Records how the deployment ended; does nothing if no record was created here. */
  end(state: EndState, description: string): Promise<void>;
}

/** `failure`: the version failed; `error`: this run didn't see how the deployment ended. */
export type EndState = 'success' | 'failure' | 'error';

/** A status to add to a record. */
interface Status {
  readonly state: EndState | 'in_progress' | 'inactive';
  readonly log_url?: string;
  readonly environment_url?: string;
  readonly description?: string;
}

export interface RecordOptions {
  readonly api: GithubApi;
  readonly environment: string;
  readonly environmentUrl: string | undefined;
  /** GITHUB_SHA, for an image whose commit is unknown. */
  readonly sha: string;
  /** The page of this run. */
  readonly runUrl: string;
  readonly say: (line: string) => void;
  readonly notice: (line: string) => void;
  /** Saves the id of an open record for `post`; 0 once it has ended. */
  readonly save: (id: number) => void;
  /** The id of a record that an earlier phase created. */
  readonly begun?: number | undefined;
}

export const noRecord: DeploymentRecord = {
  begin: () => Promise.resolve(),
  end: () => Promise.resolve(),
};

/** How many earlier deployments to the environment are read. */
const mostEarlier = 10;

export function deploymentRecord(options: RecordOptions): DeploymentRecord {
  const { api, environment, environmentUrl, runUrl, say, notice, save } = options;
  let id = options.begun;
  let isAsked = id !== undefined;

  const addStatus = async (deployment_id: number, status: Status): Promise<void> => {
    const { rest } = await api.client();
    await rest.repos.createDeploymentStatus({
      ...api.repository,
      deployment_id,
      ...status,
      environment,
      auto_inactive: false,
    });
  };
  const details = {
    log_url: runUrl,
    ...(environmentUrl === undefined ? {} : { environment_url: environmentUrl }),
  };

  return {
    begin: async (commit) => {
      if (isAsked) return;
      isAsked = true;
      try {
        if (await isRecordedByJob(options)) {
          say(`the job itself is recorded as a deployment to ${environment}; this run adds no second record`);
          return;
        }
        const { rest } = await api.client();
        const { data: created }: { readonly data: unknown } = await rest.repos.createDeployment({
          ...api.repository,
          ref: commit ?? options.sha,
          environment,
          auto_merge: false,
          required_contexts: [],
          description: 'fargate-deploy',
        });
        if (!isJsonObject(created) || typeof created.id !== 'number') throw new Error('the answer has no id');
        id = created.id;
        save(id);
        await addStatus(id, { state: 'in_progress', ...details });
      } catch (error) {
        notice(whyNot('The deployment is not recorded in GitHub', error));
      }
    },
    end: async (state, description) => {
      if (id === undefined) return;
      const own = id;
      id = undefined;
      try {
        await addStatus(own, { state, ...details, description: plain(description, 100).slice(0, 140) });
        save(0);
        if (state === 'success') await endEarlier(options, own, addStatus);
      } catch (error) {
        notice(whyNot("The deployment's end is not recorded in GitHub", error));
      }
    },
  };
}

/**
 * Whether GitHub recorded this job itself, because it has an `environment:` of the same name. No variable says so; the
 * status of such a record links to a job of this run.
 */
async function isRecordedByJob({ api, environment, sha, runUrl }: RecordOptions): Promise<boolean> {
  const { rest } = await api.client();
  const { data: own } = await rest.repos.listDeployments({
    ...api.repository,
    environment,
    sha,
    per_page: 5,
  });
  for (const deployment_id of idsOf(own)) {
    const { data: statuses }: { readonly data: unknown } = await rest.repos.listDeploymentStatuses({
      ...api.repository,
      deployment_id,
      per_page: 5,
    });
    if (
      itemsOf(statuses).some(
        (status) =>
          isJsonObject(status) &&
          typeof status.log_url === 'string' &&
          status.log_url.startsWith(`${runUrl}/job/`),
      )
    )
      return true;
  }
  return false;
}

/** Marks earlier deployments inactive, which GitHub itself doesn't do for production environments (documented). */
async function endEarlier(
  { api, environment }: RecordOptions,
  own: number,
  addStatus: (id: number, status: Status) => Promise<void>,
): Promise<void> {
  const { rest } = await api.client();
  const { data } = await rest.repos.listDeployments({
    ...api.repository,
    environment,
    per_page: mostEarlier + 1,
  });
  const earlier = idsOf(data).filter((id) => id < own);
  await Promise.all(
    earlier.map(async (id) => {
      const { data: statuses }: { readonly data: unknown } = await rest.repos.listDeploymentStatuses({
        ...api.repository,
        deployment_id: id,
        per_page: 1,
      });
      const [newest] = itemsOf(statuses);
      if (isJsonObject(newest) && newest.state === 'success') await addStatus(id, { state: 'inactive' });
    }),
  );
}

function idsOf(deployments: unknown): readonly number[] {
  return itemsOf(deployments).flatMap((one) =>
    isJsonObject(one) && typeof one.id === 'number' ? one.id : [],
  );
}

/** Octokit's types are what GitHub publishes; a proxy may have sent something else. */
function itemsOf(data: unknown): readonly unknown[] {
  return Array.isArray(data) ? data : [];
}

function whyNot(what: string, error: unknown): string {
  const { words, kind } = explainGithub(error);
  // GitHub answers 404 to a token that can't see the repository at all.
  const isDenied = kind === 'denied' || kind === 'gone';
  return `${what}: ${words}.${isDenied ? ' Give the job the permission `deployments: write`.' : ''}`;
}
