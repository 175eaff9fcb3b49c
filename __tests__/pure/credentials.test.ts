import * as fc from 'fast-check';
import { secretsIn, withoutCredentials } from '../../src/text/credentials.ts';

it.each([
  ['https://user:password@host/path', 'https://host/path'],
  ['via http://me:p%40ss@proxy:3128/: 407', 'via http://proxy:3128/: 407'],
  ['tcp://me:p@ss@docker:2376', 'tcp://docker:2376'],
  ['https://ghp_token@github.com/o/r.git#main:app', 'https://github.com/o/r.git#main:app'],
  ['"https://a:b@c" and <http://d:e@f>', '"https://c" and <http://f>'],
  ['ssh://deploy@docker.example', 'ssh://deploy@docker.example'],
  ['ssh://deploy:s3cret@docker.example', 'ssh://docker.example'],
  ['xssh://deploy@docker.example', 'xssh://docker.example'],
  ['git@github.com:o/r.git', 'git@github.com:o/r.git'],
  ['https://host/path@v1?to=a@b', 'https://host/path@v1?to=a@b'],
  ['registry.example/app@sha256:0123', 'registry.example/app@sha256:0123'],
  ['nothing here', 'nothing here'],
])('%s', (text, expected) => {
  expect(withoutCredentials(text)).toBe(expected);
});

it('no password of any address is left, wherever it stands', () => {
  const word = fc.stringMatching(/^[A-Za-z0-9._~!$&()*+,;=:@%-]{1,20}$/);
  fc.assert(
    fc.property(
      fc.constantFrom('http', 'https', 'tcp', 'socks5'),
      word,
      fc.string(),
      fc.string(),
      (scheme, secret, a, b) => {
        const text = `${a} ${scheme}://user:${secret}@host/ ${b}`;
        expect(withoutCredentials(text)).toContain(`${scheme}://host/`);
      },
    ),
  );
});

it.each<[string, readonly string[]]>([
  ['https://host/', []],
  ['not an address', []],
  ['https://user:s3cret@host/', ['s3cret', btoa('user:s3cret')]],
  ['https://user:p%40ss@host/', ['p%40ss', 'p@ss', btoa('user:p@ss')]],
  ['https://ghp_token@host/', ['ghp_token', btoa('ghp_token')]],
  ['https://ghp_token:@host/', ['ghp_token', btoa('ghp_token:')]],
])('the secrets in %s', (address, expected) => {
  expect(secretsIn(address)).toEqual(expected);
});
