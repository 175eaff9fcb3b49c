/** The location in a service's ARN: `arn:aws:ecs:REGION:ACCOUNT:service/CLUSTER/NAME`. */
interface ServiceLocation {
  readonly region: string;
  readonly account: string;
  readonly cluster: string;
}

/**
 * The cluster of the services: the input, or what a service's ARN names when that is left at its default. Pure.
 * @param given the input, `default` when it is not given
 */
export function clusterOf(given: string, services: readonly string[]): string {
  const [place] = services.flatMap((service) => locationOf(service) ?? []);
  return given === 'default' && place !== undefined ? place.cluster : given;
}

/** The services whose ARN names another place than the other inputs do. Pure. */
export function locationProblems({
  cluster,
  services,
  region,
}: {
  readonly cluster: string;
  readonly services: readonly string[];
  readonly region: string | undefined;
}): readonly string[] {
  const wanted = /^arn:[\w-]+:ecs:([\w-]+):(\d+):cluster\//.exec(cluster);
  const name = cluster.split('/').at(-1);
  return services.flatMap((service) => {
    const place = locationOf(service);
    if (place === undefined) return [];
    const isThere =
      place.cluster === name &&
      (wanted === null || (wanted[1] === place.region && wanted[2] === place.account));
    if (!isThere) {
      return `service: ${service} is in the cluster ${place.cluster}, and cluster is ${cluster}; leave cluster out, or correct one of them`;
    }
    return region === undefined || region === place.region
      ? []
      : `service: ${service} is in ${place.region}, and region is ${region}`;
  });
}

/** Undefined for a name, and for an ARN of the old form, which names no cluster (documented). */
function locationOf(service: string): ServiceLocation | undefined {
  const [, region, account, cluster] =
    /^arn:[\w-]+:ecs:([\w-]+):(\d+):service\/([\w-]+)\/[\w-]+$/.exec(service) ?? [];
  return region === undefined || account === undefined || cluster === undefined
    ? undefined
    : { region, account, cluster };
}
