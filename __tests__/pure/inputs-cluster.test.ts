import { readInputs } from '../../src/inputs/inputs.ts';
import { checkNames } from '../../src/plan/preflight/findings.ts';

const arn = (cluster: string, name: string): string =>
  `arn:aws:ecs:eu-west-1:111122223333:service/${cluster}/${name}`;

function read(inputs: Readonly<Record<string, string>>) {
  const environment = Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]);
  return readInputs(Object.fromEntries(environment), checkNames);
}

describe('the cluster', () => {
  it.each<[string, Readonly<Record<string, string>>, string]>([
    ['is default', { service: 'web' }, 'default'],
    ['is the input', { service: 'web', cluster: 'main' }, 'main'],
    ['is that of the service’s ARN', { service: arn('main', 'web') }, 'main'],
    [
      'is that of the ARN where the input is the default',
      { service: arn('main', 'web'), cluster: 'default' },
      'main',
    ],
    ['is both', { service: arn('main', 'web'), cluster: 'main' }, 'main'],
    ['is that of one of several services', { service: `api\n${arn('main', 'web')}` }, 'main'],
    [
      'is not in an ARN of the old form',
      { service: 'arn:aws:ecs:eu-west-1:1:service/web', cluster: 'main' },
      'main',
    ],
    [
      'may be an ARN too',
      { service: arn('main', 'web'), cluster: 'arn:aws:ecs:eu-west-1:111122223333:cluster/main' },
      'arn:aws:ecs:eu-west-1:111122223333:cluster/main',
    ],
  ])('%s', (_, inputs, cluster) => {
    expect(read(inputs).cluster).toBe(cluster);
  });

  it.each<[string, Readonly<Record<string, string>>, RegExp]>([
    [
      'another than the input',
      { service: arn('main', 'web'), cluster: 'other' },
      /in the cluster main \(account 111122223333, region eu-west-1\), but the input cluster is other/,
    ],
    [
      'two clusters',
      { service: `${arn('main', 'web')}\n${arn('other', 'api')}` },
      /api is in the cluster other \(.*\), but the input cluster is main/,
    ],
    [
      'another account',
      { service: arn('main', 'web'), cluster: 'arn:aws:ecs:eu-west-1:999988887777:cluster/main' },
      /web is in the cluster main \(.*\), but the input cluster is arn:/,
    ],
    [
      'another region',
      { service: arn('main', 'web'), region: 'us-east-1' },
      /is in eu-west-1, but the input region is us-east-1/,
    ],
  ])('of a service’s ARN is refused when it is %s', (_, inputs, message) => {
    expect(() => read(inputs)).toThrow(message);
  });
});
