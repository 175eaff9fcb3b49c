import type { Path } from '../../src/plan/show/diff.ts';
import { mayBeSecret } from '../../src/plan/show/secrecy.ts';
import type { Json } from '../../src/text/json.ts';

const container: Path = ['containerDefinitions', { entry: 'app' }];
const ofToken: Path = ['containerDefinitions', { entry: 'token-service' }];
const options: Path = [...container, 'logConfiguration', 'options'];
const valueFrom: Path = [...container, 'secrets', { entry: 'DB' }, 'valueFrom'];
const reference = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:db-AbCdEf';
const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;
const parameters = new Set(['/web/db']);

it.each<[string, Path, Json | undefined, boolean]>([
  ['the value of a variable', [...container, 'environment', { entry: 'MODE' }, 'value'], 'production', true],
  [
    'a variable that is new',
    [...container, 'environment', { entry: 'MODE' }],
    { name: 'MODE', value: '' },
    true,
  ],
  ['all variables', [...container, 'environment'], [], true],
  [
    'a new container with a variable',
    container,
    { name: 'app', environment: [{ name: 'A', value: 'b' }] },
    true,
  ],
  [
    'all containers',
    ['containerDefinitions'],
    [{ name: 'a' }, { environment: [{ name: 'A', value: 'b' }] }],
    true,
  ],
  ['a new container without one', container, { name: 'app', image: 'web:1', portMappings: [] }, false],

  ['a reference to a secret', valueFrom, reference, false],
  ['a new one', [...container, 'secrets', { entry: 'DB' }], { name: 'DB', valueFrom: reference }, false],
  ['the name of a parameter that is there', valueFrom, '/web/db', false],
  ['a word that is no parameter as far as is known', valueFrom, 'hunter2', true],
  ['a secret in place of one', valueFrom, 'hunter 2', true],
  ['a whole list of them', [...container, 'secrets'], [{ name: 'DB', valueFrom: 'hunter 2' }], true],
  ['a list of something else', [...container, 'secrets'], ['hunter2'], true],
  [
    'one of a new container',
    container,
    { name: 'app', secrets: [{ name: 'DB', valueFrom: 'hunter2' }] },
    true,
  ],
  [
    'an option of a log driver',
    [...container, 'logConfiguration', 'secretOptions'],
    [{ name: 'splunk-token', valueFrom: 'hunter2' }],
    true,
  ],

  ['an option that is called so', [...options, 'apikey'], 'abc', true],
  ['another', [...options, 'splunk-token'], 'abc', true],
  ['a new list of options', options, { Name: 'datadog', dd_api_key: 'abc' }, true],
  ['an address with a password', [...options, 'splunk-url'], 'https://me:hunter2@splunk.example', true],
  ['a plain option', [...options, 'awslogs-group'], '/ecs/token-service', false],
  ['a label', [...container, 'dockerLabels', 'com.example.auth'], 'x', true],
  ['a label of a proxy', [...container, 'dockerLabels', 'rule'], 'basicauth=me:x, Authorization', true],
  ['a plain label', [...container, 'dockerLabels', 'team'], 'red', false],
  ['a property of a proxy', ['proxyConfiguration', 'properties'], [{ name: 'TOKEN', value: 'x' }], true],
  [
    'a key in another',
    ['proxyConfiguration', 'properties'],
    [{ name: 'X', value: 'ghp_0123456789012345678901' }],
    true,
  ],

  ['a command with a password', [...container, 'command'], ['run', '--password=hunter2'], true],
  ['a short one', [...container, 'command'], ['run', '--db-pass', 'hunter2'], true],
  ['an address in a command', [...container, 'command'], ['postgres://me:hunter2@db/x'], true],
  ['with a slash in the password', [...container, 'command'], ['postgres://me:hun/ter2@db/x'], true],
  [
    'with a token for a user',
    [...container, 'command'],
    ['git', 'clone', 'https://hunter2@git.example'],
    true,
  ],
  ['a key of AWS', [...container, 'command'], ['AKIAIOSFODNN7EXAMPLE'], true],
  ['a random word', [...container, 'command'], ['run', 'x9Kd02mVbQ71LpzR4tWc'], true],
  ['hexadecimal digits', [...container, 'entryPoint'], ['0123456789abcdef0123456789abcdef'], true],
  [
    'a health check that signs in',
    [...container, 'healthCheck', 'command'],
    ['CMD-SHELL', 'curl -u a:b x'],
    true,
  ],
  ['the same in words', [...container, 'healthCheck', 'command'], ['CMD', 'curl', '--user', 'a:b'], true],
  ['a header', [...container, 'healthCheck', 'command'], ['CMD', 'curl', '-H', 'X: Bearer abc'], true],
  [
    'a plain health check',
    [...container, 'healthCheck', 'command'],
    ['CMD-SHELL', 'curl -f http://localhost:80/ || exit 1'],
    false,
  ],
  ...[
    'redis-server --requirepass hunter2',
    'redis-server --masterauth hunter2',
    'sshpass -p hunter2 ssh host',
    'mysqldump -uroot -phunter2 shop',
    'run --license-key=hunter2',
    'export APP_KEY=hunter2',
    'git -c http.cookie=hunter2 fetch',
  ].map((command): [string, Path, Json, boolean] => [
    command,
    [...container, 'command'],
    ['sh', '-c', command],
    true,
  ]),
  ['a port', [...container, 'command'], ['serve', '-p', '3000'], false],
  ['a plain command', [...container, 'command'], ['node', 'server.js', '--port=8080'], false],

  ['an image', [...container, 'image'], `registry.example:5000/web@${digest}`, false],
  ['a container of that name', [...ofToken, 'image'], 'registry.example/token-service:1', false],
  ['its port', [...ofToken, 'portMappings', { entry: '80:tcp' }, 'containerPort'], 80, false],
  ['a family of that name', ['family'], 'token-service', false],
  [
    'a role of that name',
    ['taskRoleArn'],
    'arn:aws:iam::111122223333:role/token-TaskRole30FC0FBB1ABCDEFGH',
    false,
  ],
  [
    'a credential that is an ARN',
    [...container, 'repositoryCredentials', 'credentialsParameter'],
    reference,
    false,
  ],
  ['a size', ['cpu'], '512', false],
  ['a tag', ['tags', { entry: 'token' }, 'value'], 'x', true],
  ['nothing', [...container, 'environment', { entry: 'MODE' }], undefined, false],
])('%s may be secret', (_, path, value, is) => {
  expect(mayBeSecret(path, value, parameters)).toBe(is);
});

// An expression that goes back for each letter would not come to an end here.
it.each(['z', '://', '-u ', 'Zz '])('is told of a long text of %j', (part) => {
  const text = part.repeat(9_000 / part.length);
  expect(mayBeSecret([...container, 'command'], [text], parameters)).toBe(false);
  // A longer one is not looked through.
  expect(mayBeSecret([...container, 'command'], [part.repeat(10_000)], parameters)).toBe(true);
});
