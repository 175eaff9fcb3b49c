/** A private registry of ECR. An account has one per region. */
export interface EcrRegistry {
  readonly account: string;
  readonly region: string;
}

/**
 * The registry of ECR that a host name stands for; undefined for any other name, under which ECR may still answer: through
 * a proxy, or locally.
 *
 * @param host with or without port
 */
export function ecrRegistryOf(host: string): EcrRegistry | undefined {
  const { account, region } = ecrHost.exec(bareName(host))?.groups ?? {};
  return account === undefined || region === undefined ? undefined : { account, region };
}

/**
 * Whether a host is certainly not a private registry of ECR.
 * @param host with or without port
 */
export function isOutsideEcr(host: string): boolean {
  const name = bareName(host);
  return others.some((pattern) => fits(name, pattern));
}

/** Whether two hosts are the same registry. A registry of ECR has several names (FIPS, dual-stack). */
export function isSameRegistry(one: string, other: string | undefined): boolean {
  if (one === other) return true;
  const [left, right] = [ecrRegistryOf(one), ecrRegistryOf(other ?? '')];
  return left !== undefined && left.account === right?.account && left.region === right.region;
}

function bareName(host: string): string {
  return host.toLowerCase().replace(/:\d+$/, '');
}

/**
 * `<account>.dkr.ecr[-fips].<region>.<suffix>` and, dual-stack, `<account>.dkr-ecr[-fips].<region>.<suffix>`
 * (documented). GovCloud has the commercial suffix; China, the European Sovereign Cloud and the isolated partitions have
 * their own.
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
  `^(?<account>\\d{12})\\.dkr[.-]ecr(?:-fips)?\\.(?<region>[a-z0-9-]+)\\.(?:${suffixes.map((suffix) => suffix.replaceAll('.', '\\.')).join('|')})$`,
);

/** Public registries, and those of vendors. A pattern with a leading dot matches every host below it. */
const others: readonly string[] = [
  // ECR Public
  'public.ecr.aws',
  'ecr-public.aws.com',
  // Docker Hub
  'docker.io',
  '.docker.io',
  '.docker.com',
  // GitHub
  'ghcr.io',
  'docker.pkg.github.com',
  'containers.pkg.github.com',
  // Quay
  'quay.io',
  '.quay.io',
  // GitLab
  'registry.gitlab.com',
  // Google
  'gcr.io',
  '.gcr.io',
  '.pkg.dev',
  // Microsoft
  'mcr.microsoft.com',
  '.azurecr.io',
  '.azurecr.cn',
  '.azurecr.us',
  // Kubernetes
  'registry.k8s.io',
  // Red Hat
  '.redhat.io',
  '.access.redhat.com',
  // Chainguard
  'cgr.dev',
  // Elastic
  'docker.elastic.co',
  // DigitalOcean
  'registry.digitalocean.com',
  // JFrog
  '.jfrog.io',
];

function fits(host: string, pattern: string): boolean {
  return pattern.startsWith('.') ? host.endsWith(pattern) : host === pattern;
}
