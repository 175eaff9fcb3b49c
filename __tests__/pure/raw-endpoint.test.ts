import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ECSClient } from '@aws-sdk/client-ecs';
import { endpointOf, findEndpoint, type RawService } from '../../src/aws/raw/endpoint.ts';

const ecs = new ECSClient({ region: 'eu-west-1' });
const plain = { configured: undefined, fips: false, dualStack: false };
const fips = { ...plain, fips: true };
const dualStack = { ...plain, dualStack: true };
const both = { ...fips, dualStack: true };

it.each<[RawService, string, typeof plain, string, string]>([
  ['ssm', 'us-gov-west-1', plain, 'ssm.us-gov-west-1.amazonaws.com', 'us-gov-west-1'],
  ['ssm', 'us-gov-west-1', fips, 'ssm.us-gov-west-1.amazonaws.com', 'us-gov-west-1'],
  ['ssm', 'us-gov-west-1', dualStack, 'ssm.us-gov-west-1.api.aws', 'us-gov-west-1'],
  ['ssm', 'us-gov-west-1', both, 'ssm-fips.us-gov-west-1.api.aws', 'us-gov-west-1'],
  ['ssm', 'ca-central-1', fips, 'ssm-fips.ca-central-1.amazonaws.com', 'ca-central-1'],
  ['ssm', 'cn-north-1', dualStack, 'ssm.cn-north-1.api.amazonwebservices.com.cn', 'cn-north-1'],
  ['s3', 'cn-north-1', plain, 's3.cn-north-1.amazonaws.com.cn', 'cn-north-1'],
  ['s3', 'us-east-2', fips, 's3-fips.us-east-2.amazonaws.com', 'us-east-2'],
  ['s3', 'us-east-2', dualStack, 's3.dualstack.us-east-2.amazonaws.com', 'us-east-2'],
  ['s3', 'us-gov-east-1', both, 's3-fips.dualstack.us-gov-east-1.amazonaws.com', 'us-gov-east-1'],
  ['iam', 'eu-west-1', plain, 'iam.amazonaws.com', 'us-east-1'],
  ['iam', 'eu-west-1', fips, 'iam-fips.amazonaws.com', 'us-east-1'],
  ['iam', 'eu-west-1', dualStack, 'iam.global.api.aws', 'us-east-1'],
  ['iam', 'eu-west-1', both, 'iam-fips.global.api.aws', 'us-east-1'],
  ['iam', 'us-gov-east-1', plain, 'iam.us-gov.amazonaws.com', 'us-gov-west-1'],
  ['iam', 'us-gov-east-1', fips, 'iam.us-gov.amazonaws.com', 'us-gov-west-1'],
  ['iam', 'us-gov-east-1', dualStack, 'iam.us-gov.api.aws', 'us-gov-west-1'],
  ['iam', 'cn-northwest-1', plain, 'iam.cn-north-1.amazonaws.com.cn', 'cn-north-1'],
  ['iam', 'cn-northwest-1', dualStack, 'iam.global.api.amazonwebservices.com.cn', 'cn-north-1'],
  ['iam', 'us-iso-west-1', plain, 'iam.us-iso-east-1.c2s.ic.gov', 'us-iso-east-1'],
  ['iam', 'us-iso-west-1', dualStack, 'iam.api.aws.ic.gov', 'us-iso-east-1'],
  ['iam', 'us-iso-west-1', fips, 'iam-fips.us-iso-east-1.c2s.ic.gov', 'us-iso-east-1'],
  ['iam', 'us-isof-south-1', fips, 'iam-fips.csp.hci.ic.gov', 'us-isof-south-1'],
  ['iam', 'us-isob-east-1', plain, 'iam.us-isob-east-1.sc2s.sgov.gov', 'us-isob-east-1'],
  ['iam', 'us-isof-south-1', plain, 'iam.us-isof-south-1.csp.hci.ic.gov', 'us-isof-south-1'],
  ['iam', 'eu-isoe-west-1', plain, 'iam.eu-isoe-west-1.cloud.adc-e.uk', 'eu-isoe-west-1'],
  ['iam', 'eusc-de-east-1', plain, 'iam.eusc-de-east-1.amazonaws.eu', 'eusc-de-east-1'],
])('%s in %s with %j is at %s', (service, region, settings, host, signingRegion) => {
  const endpoint = endpointOf(ecs, service, region, settings);
  expect([endpoint.url.href, endpoint.signingRegion]).toEqual([`https://${host}/`, signingRegion]);
});

describe('what is set', () => {
  const before = { ...process.env };
  const folder = mkdtempSync(join(tmpdir(), 'aws-config-'));
  const file = (text: string): Readonly<Record<string, string>> => {
    const path = join(folder, `${Math.random()}`);
    writeFileSync(path, text);
    return { AWS_CONFIG_FILE: path };
  };
  beforeEach(() => {
    for (const name of Object.keys(process.env)) {
      if (name.startsWith('AWS_')) delete process.env[name];
    }
  });
  afterAll(() => {
    process.env = before;
    rmSync(folder, { recursive: true });
  });

  const all = { AWS_ENDPOINT_URL: 'http://127.0.0.1:1/' };
  const one = { AWS_ENDPOINT_URL_SSM: 'http://127.0.0.1:2/' };
  const normal = 'https://ssm.eu-west-1.amazonaws.com/';
  const services =
    '[default]\nservices = mine\n[services mine]\nssm =\n  endpoint_url = http://127.0.0.1:4/\n';

  it.each<[string, Readonly<Record<string, string>>, string]>([
    ['nothing', {}, normal],
    ['an endpoint for all', all, 'http://127.0.0.1:1/'],
    ['one for the service, which comes first', { ...all, ...one }, 'http://127.0.0.1:2/'],
    ['an empty one', { AWS_ENDPOINT_URL: '' }, normal],
    ['one in the file', file('[default]\nendpoint_url = http://127.0.0.1:3/\n'), 'http://127.0.0.1:3/'],
    ['one for the service in the file', file(services), 'http://127.0.0.1:4/'],
    ['one in both', { ...file(services), ...all }, 'http://127.0.0.1:1/'],
    ['one of another profile', file('[profile x]\nendpoint_url = http://127.0.0.1:3/\n'), normal],
    ['one that is to be ignored', { ...all, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' }, normal],
    ['FIPS', { AWS_USE_FIPS_ENDPOINT: 'true' }, 'https://ssm-fips.eu-west-1.amazonaws.com/'],
    [
      'FIPS in the file',
      file('[default]\nuse_fips_endpoint = true\n'),
      'https://ssm-fips.eu-west-1.amazonaws.com/',
    ],
  ])('%s', async (_, environment, url) => {
    Object.assign(process.env, { AWS_CONFIG_FILE: '/dev/null', ...environment });
    const client = new ECSClient({ region: 'eu-west-1' });
    expect((await findEndpoint(client, 'ssm', 'eu-west-1')).url.href).toBe(url);
  });

  it('dual stack', async () => {
    Object.assign(process.env, { AWS_CONFIG_FILE: '/dev/null', AWS_USE_DUALSTACK_ENDPOINT: 'true' });
    const client = new ECSClient({ region: 'eu-west-1' });
    expect((await findEndpoint(client, 'ssm', 'eu-west-1')).url.href).toBe('https://ssm.eu-west-1.api.aws/');
  });
});
