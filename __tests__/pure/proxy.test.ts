import { proxiesOf } from '../../src/exchange/proxy.ts';
import { Failure } from '../../src/process/failure.ts';

const none = { HTTPS_PROXY: undefined, HTTP_PROXY: undefined, NO_PROXY: undefined };

it.each<[NodeJS.ProcessEnv, object]>([
  [{}, none],
  [{ HTTPS_PROXY: '' }, none],
  [
    { HTTPS_PROXY: 'http://p:1', NO_PROXY: 'a,b' },
    { ...none, HTTPS_PROXY: 'http://p:1', NO_PROXY: 'a,b' },
  ],
  [
    { HTTPS_PROXY: 'http://p:1', https_proxy: 'http://q:1' },
    { ...none, HTTPS_PROXY: 'http://q:1' },
  ],
  // As curl takes them; Node.js would go past such a proxy.
  [{ HTTP_PROXY: 'proxy:3128' }, { ...none, HTTP_PROXY: 'http://proxy:3128' }],
  [{ HTTP_PROXY: 'me:s3cret@proxy:3128' }, { ...none, HTTP_PROXY: 'http://me:s3cret@proxy:3128' }],
])('the proxies of %j', (environment, expected) => {
  expect(proxiesOf(environment)).toEqual(expected);
});

it.each([
  'socks5://me:s3cret@proxy:1080',

  'ftp://s3cret',
  'http://me:s3/cret@x',
])('an address that can be none is refused and not shown: %s', (address) => {
  const refused = (): unknown => proxiesOf({ HTTPS_PROXY: address });
  expect(refused).toThrow(Failure);
  expect(refused).toThrow('The variable HTTPS_PROXY is not the address of an HTTP proxy.');
});
