import type { Json } from '../../src/aws/json.ts';
import type { Path } from '../../src/change/diff.ts';
import { mayBeSecret } from '../../src/change/secrecy.ts';

const container: Path = ['containerDefinitions', { entry: 'app' }];
const reference = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:db-AbCdEf';

it.each<[string, Path, Json | undefined, boolean]>([
  ['the value of a variable', [...container, 'environment', { entry: 'MODE' }, 'value'], 'production', true],
  [
    'a variable that is new',
    [...container, 'environment', { entry: 'MODE' }],
    { name: 'MODE', value: '' },
    true,
  ],
  ['all variables', [...container, 'environment'], [], true],
  ['a reference to a secret', [...container, 'secrets', { entry: 'DB' }, 'valueFrom'], reference, false],
  ['a new one', [...container, 'secrets', { entry: 'DB' }], { name: 'DB', valueFrom: reference }, false],
  ['a secret in place of one', [...container, 'secrets', { entry: 'DB' }, 'valueFrom'], 'hunter 2', true],
  ['a whole list of them', [...container, 'secrets'], [{ name: 'DB', valueFrom: 'hunter 2' }], true],
  ['an option of a log driver', [...container, 'logConfiguration', 'options', 'apikey'], 'abc', true],
  ['an option that is called so', [...container, 'logConfiguration', 'options', 'splunk-token'], 'abc', true],
  ['a plain option', [...container, 'logConfiguration', 'options', 'awslogs-group'], '/ecs/web', false],
  ['a command with a password', [...container, 'command'], ['run', '--password=hunter2'], true],
  ['an address with a password', [...container, 'command'], ['postgres://me:hunter2@db/x'], true],
  ['a key of AWS', [...container, 'command'], ['AKIAIOSFODNN7EXAMPLE'], true],
  ['a plain command', [...container, 'command'], ['node', 'server.js'], false],
  ['an image', [...container, 'image'], 'registry.example:5000/web@sha256:00', false],
  ['a size', ['cpu'], '512', false],
  ['nothing', [...container, 'environment', { entry: 'MODE' }], undefined, false],
])('%s may be secret', (_, path, value, is) => {
  expect(mayBeSecret(path, value)).toBe(is);
});
