import { type ECSClient, ListClustersCommand, ListServicesCommand } from '@aws-sdk/client-ecs';
import { type Calling, call } from '../aws/call.ts';
import { optionsOf } from '../aws/document.ts';
import { nearestOf } from '../text/word-distance.ts';

/**
 * The services of a cluster, or as many of their names as ECS shows: a hint for a message about one that doesn't exist.
 * It needs a permission that a deployment doesn't, so no answer means no hint. Never throws.
 */
export function existingServices(
  ecs: ECSClient,
  calling: Calling,
  cluster: string,
): Promise<readonly string[]> {
  return namesIn(calling, 'ecs:ListServices', async (nextToken, signal) => {
    const command = new ListServicesCommand({ cluster, maxResults: 100, ...nextToken });
    const page = await ecs.send(command, optionsOf(signal));
    return { arns: page.serviceArns, nextToken: page.nextToken };
  });
}

/** The same of the clusters in the region and account of the client. Never throws. */
export function existingClusters(ecs: ECSClient, calling: Calling): Promise<readonly string[]> {
  return namesIn(calling, 'ecs:ListClusters', async (nextToken, signal) => {
    const command = new ListClustersCommand({ maxResults: 100, ...nextToken });
    const page = await ecs.send(command, optionsOf(signal));
    return { arns: page.clusterArns, nextToken: page.nextToken };
  });
}

/** The existing name that was probably meant by a name or an ARN. Pure. */
export function nearestName(nameOrArn: string, existing: readonly string[]): string | undefined {
  const name = nameIn(nameOrArn);
  return nearestOf(
    name,
    existing.filter((one) => one !== name),
  );
}

/** A hint isn't worth a longer wait. */
const patienceSeconds = 2;
/** Each page has a hundred names. */
const mostPages = 10;

interface Page {
  readonly arns: readonly string[] | undefined;
  readonly nextToken: string | undefined;
}

async function namesIn(
  calling: Calling,
  what: string,
  read: (token: { readonly nextToken?: string }, signal: AbortSignal) => Promise<Page>,
): Promise<readonly string[]> {
  const quiet = { ...calling, say: () => {} };
  const names: string[] = [];
  let token: { readonly nextToken?: string } = {};
  try {
    for (let pages = 0; pages < mostPages; pages++) {
      const page = await call(quiet, what, (signal) => read(token, signal), patienceSeconds);
      names.push(...(page.arns ?? []).map(nameIn));
      if (!page.nextToken) break;
      token = { nextToken: page.nextToken };
    }
  } catch {
    // Denied, mostly. The names of earlier pages still help.
  }
  return names;
}

/** A service's or cluster's ARN ends with its name (documented). */
function nameIn(nameOrArn: string): string {
  return nameOrArn.split('/').at(-1) ?? nameOrArn;
}
