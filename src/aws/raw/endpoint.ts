import type { ECSClient } from '@aws-sdk/client-ecs';
import { booleanSelector, CONFIG_PREFIX_SEPARATOR, loadConfig, SelectorType } from '@smithy/core/config';

/** Services that are asked by signed requests of our own, with the words that the SDK's settings have for them. */
const names = {
  iam: 'IAM',
  ssm: 'SSM',
  s3: 'S3',
} as const;

export type RawService = keyof typeof names;

export interface Endpoint {
  readonly url: URL;
  readonly signingRegion: string;
}

/** What was set for endpoints, in the environment or in the shared configuration file. */
export interface EndpointSettings {
  /** An address that takes the place of AWS's own. */
  readonly configured: string | undefined;
  readonly fips: boolean;
  readonly dualStack: boolean;
}

/** The endpoint of a service as its own client would find it. */
export async function findEndpoint(ecs: ECSClient, service: RawService, region: string): Promise<Endpoint> {
  const [configured, fips, dualStack] = await Promise.all([
    readConfigured(names[service]),
    ecs.config.useFipsEndpoint(),
    ecs.config.useDualstackEndpoint(),
  ]);
  return endpointOf(ecs, service, region, { configured, fips, dualStack });
}

/** Pure but for the client of ECS, which knows the partitions. Hosts are those of AWS's own rules (documented). */
export function endpointOf(
  ecs: ECSClient,
  service: RawService,
  region: string,
  { configured, fips, dualStack }: EndpointSettings,
): Endpoint {
  // The dual-stack endpoints of S3 have the suffix of the others.
  const suffix = suffixOf(ecs, region, dualStack && service !== 's3');
  const isGov = region.startsWith('us-gov-');
  const name = fips && !(isGov && hasFipsUnnamed(service, dualStack)) ? `${service}-fips` : service;
  const isGlobal = service === 'iam';
  const host = isGlobal
    ? `${name}.${globalPartOf(region, { fips, dualStack })}${suffix}`
    : `${name}.${service === 's3' && dualStack ? 'dualstack.' : ''}${region}.${suffix}`;
  return {
    url: new URL(configured ?? `https://${host}`),
    signingRegion: isGlobal ? globalRegionOf(region) : region,
  };
}

/** In GovCloud these are FIPS endpoints already. */
function hasFipsUnnamed(service: RawService, dualStack: boolean): boolean {
  return service === 'iam' || (service === 'ssm' && !dualStack);
}

/** Every partition has a suffix of its own; the client of ECS knows it. */
function suffixOf(ecs: ECSClient, region: string, dualStack: boolean): string {
  const { hostname } = ecs.config.endpointProvider({ Region: region, UseDualStack: dualStack }).url;
  return hostname.slice(`ecs.${region}.`.length);
}

/** IAM has one endpoint for a partition. */
function globalPartOf(
  region: string,
  { fips, dualStack }: Pick<EndpointSettings, 'fips' | 'dualStack'>,
): string {
  if (region.startsWith('us-gov-')) return 'us-gov.';
  if (dualStack) return /^(us-iso|eu-iso)/.test(region) ? '' : 'global.';
  const own = globalRegionOf(region);
  if (fips && !['us-iso-east-1', 'us-isob-east-1'].includes(own)) return '';
  return own === 'us-east-1' ? '' : `${own}.`;
}

/** Where a partition's IAM is; of one that is not known here it is said to be in the region itself. */
function globalRegionOf(region: string): string {
  const known = (
    [
      ['cn-', 'cn-north-1'],
      ['us-gov-', 'us-gov-west-1'],
      ['us-iso-', 'us-iso-east-1'],
      ['us-isob-', 'us-isob-east-1'],
      ['us-isof-', 'us-isof-south-1'],
      ['eu-isoe-', 'eu-isoe-west-1'],
      ['eusc-', 'eusc-de-east-1'],
    ] as const
  ).find(([prefix]) => region.startsWith(prefix));
  return known?.[1] ?? 'us-east-1';
}

/** As the SDK reads it for its clients: the service's own setting before the general one, the environment before the file. */
async function readConfigured(name: string): Promise<string | undefined> {
  const ignored = await loadConfig({
    environmentVariableSelector: (environment) =>
      booleanSelector(environment, 'AWS_IGNORE_CONFIGURED_ENDPOINT_URLS', SelectorType.ENV),
    configFileSelector: (profile) =>
      booleanSelector(profile, 'ignore_configured_endpoint_urls', SelectorType.CONFIG),
    default: false,
  })();
  if (ignored) return undefined;
  const found = await loadConfig({
    environmentVariableSelector: (environment) =>
      environment[`AWS_ENDPOINT_URL_${name}`] || environment.AWS_ENDPOINT_URL || undefined,
    configFileSelector: (profile, file) => {
      const services = file?.[['services', profile.services].join(CONFIG_PREFIX_SEPARATOR)] ?? {};
      const own = services[[name.toLowerCase(), 'endpoint_url'].join(CONFIG_PREFIX_SEPARATOR)];
      return own || profile.endpoint_url || undefined;
    },
    default: '',
  })();
  return found === '' ? undefined : found;
}
