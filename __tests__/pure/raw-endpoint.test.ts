import { ECSClient } from '@aws-sdk/client-ecs';
import { endpointOf, type RawService } from '../../src/aws/raw.ts';

const ecs = new ECSClient({ region: 'eu-west-1' });

it.each<[RawService, string, string, string]>([
  ['secretsmanager', 'eu-west-1', 'https://secretsmanager.eu-west-1.amazonaws.com/', 'eu-west-1'],
  ['ssm', 'us-gov-west-1', 'https://ssm.us-gov-west-1.amazonaws.com/', 'us-gov-west-1'],
  ['s3', 'cn-north-1', 'https://s3.cn-north-1.amazonaws.com.cn/', 'cn-north-1'],
  ['iam', 'eu-west-1', 'https://iam.amazonaws.com/', 'us-east-1'],
  ['iam', 'us-gov-east-1', 'https://iam.us-gov.amazonaws.com/', 'us-gov-west-1'],
  ['iam', 'cn-northwest-1', 'https://iam.cn-north-1.amazonaws.com.cn/', 'cn-north-1'],
])('%s in %s is at %s', (service, region, url, signingRegion) => {
  const endpoint = endpointOf(ecs, {}, service, region);
  expect([endpoint.url.href, endpoint.signingRegion]).toEqual([url, signingRegion]);
});

it.each([
  [{ AWS_ENDPOINT_URL: 'http://127.0.0.1:1/' }, 'http://127.0.0.1:1/'],
  [
    { AWS_ENDPOINT_URL: 'http://127.0.0.1:1/', AWS_ENDPOINT_URL_SECRETS_MANAGER: 'http://127.0.0.1:2/' },
    'http://127.0.0.1:2/',
  ],
])('what the environment says comes first: %j', (environment, url) => {
  expect(endpointOf(ecs, environment, 'secretsmanager', 'eu-west-1').url.href).toBe(url);
});
