/** Whose registry a host is, as far as its name tells. */
export type RegistryOwner =
  | { readonly kind: 'ecr'; readonly account: string; readonly region: string; readonly isFips: boolean }
  | { readonly kind: 'ecr-public' }
  /** Certainly not ECR: asking ECR about it would be wrong. */
  | { readonly kind: 'other'; readonly name: string }
  /** The name tells nothing: a proxy, a registry of one's own, or a local one. ECR itself has to be asked. */
  | { readonly kind: 'unknown' };

/** @param host with or without port */
export function ownerOfRegistry(host: string): RegistryOwner {
  const name = host.toLowerCase().replace(/:\d+$/, '');
  if (name === 'public.ecr.aws' || name === 'ecr-public.aws.com') return { kind: 'ecr-public' };
  const ecr = ecrHost.exec(name)?.groups;
  if (ecr?.account !== undefined && ecr.region !== undefined) {
    return { kind: 'ecr', account: ecr.account, region: ecr.region, isFips: ecr.fips !== undefined };
  }
  const other = others.find(({ hosts }) => hosts.some((pattern) => fits(name, pattern)));
  return other === undefined ? { kind: 'unknown' } : { kind: 'other', name: other.name };
}

/** ECR's registries have several names: FIPS, dual-stack. */
export function isSameRegistry(one: string, other: string | undefined): boolean {
  if (one === other) return true;
  const [left, right] = [ownerOfRegistry(one), ownerOfRegistry(other ?? '')];
  return (
    left.kind === 'ecr' &&
    right.kind === 'ecr' &&
    left.account === right.account &&
    left.region === right.region
  );
}

/**
 * `<account>.dkr.ecr[-fips].<region>.<suffix>` and, dual-stack, `<account>.dkr-ecr[-fips].<region>.<suffix>`
 * (documented). GovCloud has the commercial suffix; China, the European Sovereign Cloud and
 * the isolated partitions have their own.
 */
const suffixes = [
  'amazonaws.com',
  'amazonaws.com.cn',
  'on.aws',
  'on.amazonwebservices.com.cn',
  'amazonaws.eu',
  'on.amazonwebservices.eu',
  'c2s.ic.gov',
  'sc2s.sgov.gov',
  'csp.hci.ic.gov',
  'cloud.adc-e.uk',
];

const ecrHost = new RegExp(
  `^(?<account>\\d{12})\\.dkr[.-]ecr(?<fips>-fips)?\\.(?<region>[a-z0-9-]+)\\.(?:${suffixes.map((suffix) => suffix.replaceAll('.', '\\.')).join('|')})$`,
);

/** A pattern that begins with a dot stands for every host below it. */
const others: readonly { readonly name: string; readonly hosts: readonly string[] }[] = [
  { name: 'Docker Hub', hosts: ['docker.io', '.docker.io', '.docker.com'] },
  {
    name: 'GitHub Container Registry',
    hosts: ['ghcr.io', 'docker.pkg.github.com', 'containers.pkg.github.com'],
  },
  { name: 'Quay', hosts: ['quay.io', '.quay.io'] },
  { name: 'GitLab Container Registry', hosts: ['registry.gitlab.com'] },
  { name: 'Google Container Registry', hosts: ['gcr.io', '.gcr.io'] },
  { name: 'Google Artifact Registry', hosts: ['.pkg.dev'] },
  { name: 'Microsoft Artifact Registry', hosts: ['mcr.microsoft.com'] },
  { name: 'Azure Container Registry', hosts: ['.azurecr.io', '.azurecr.cn', '.azurecr.us'] },
  { name: 'Kubernetes registry', hosts: ['registry.k8s.io'] },
  { name: 'Red Hat registry', hosts: ['.redhat.io', '.access.redhat.com'] },
  { name: 'Chainguard registry', hosts: ['cgr.dev'] },
  { name: 'Elastic registry', hosts: ['docker.elastic.co'] },
  { name: 'DigitalOcean Container Registry', hosts: ['registry.digitalocean.com'] },
  { name: 'JFrog registry', hosts: ['.jfrog.io'] },
];

function fits(host: string, pattern: string): boolean {
  return pattern.startsWith('.') ? host.endsWith(pattern) : host === pattern;
}
