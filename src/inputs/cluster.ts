import type { InputProblem } from './problem.ts';

/** The location in a service's ARN: `arn:aws:ecs:REGION:ACCOUNT:service/CLUSTER/NAME`. */
interface ServiceLocation {
  readonly region: string;
  readonly account: string;
  readonly cluster: string;
}

/**
 * The cluster of the services: the input, or the one that a service's ARN names if the input is at its default. Pure.
 * @param given the input, `default` if it isn't given
 */
export function clusterOf(given: string, services: readonly string[]): string {
  const [place] = services.flatMap((service) => locationOf(service) ?? []);
  return given === 'default' && place !== undefined ? place.cluster : given;
}

/** Finds services whose ARN contradicts the inputs `cluster` and `region`. Pure. */
export function locationProblems({
  cluster,
  services,
  region,
}: {
  readonly cluster: string;
  readonly services: readonly string[];
  readonly region: string | undefined;
}): readonly InputProblem[] {
  const wanted = /^arn:[\w-]+:ecs:([\w-]+):(\d+):cluster\//.exec(cluster);
  const name = cluster.split('/').at(-1);
  return services.flatMap((service) => {
    const place = locationOf(service);
    if (place === undefined) return [];
    const isThere =
      place.cluster === name &&
      (wanted === null || (wanted[1] === place.region && wanted[2] === place.account));
    if (!isThere) {
      const text = `${service} is in the cluster ${place.cluster} (account ${place.account}, region ${place.region}), but the input cluster is ${cluster}. Remove cluster, or correct one of them.`;
      return { input: 'service', text };
    }
    if (region === undefined || region === place.region) return [];
    const text = `${service} is in ${place.region}, but the input region is ${region}. Remove region, or correct one of them.`;
    return { input: 'service', text };
  });
}

/** Undefined for a name, and for an ARN in the old format, which names no cluster (documented). */
function locationOf(service: string): ServiceLocation | undefined {
  const [, region, account, cluster] =
    /^arn:[\w-]+:ecs:([\w-]+):(\d+):service\/([\w-]+)\/[\w-]+$/.exec(service) ?? [];
  return region === undefined || account === undefined || cluster === undefined
    ? undefined
    : { region, account, cluster };
}
