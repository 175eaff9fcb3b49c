import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { Failure } from '../process/failure.ts';

/** Keeps connections, and takes the proxies that the environment names (HTTPS_PROXY, HTTP_PROXY, NO_PROXY). */
export interface Agents {
  readonly http: HttpAgent;
  readonly https: HttpsAgent;
}

/**
 * Node.js 24's own agents know proxies, with credentials too.
 * @throws Failure runner-failed for a proxy's address that can't be one; it isn't quoted, since it may hold a password
 */
export function createAgents(environment: NodeJS.ProcessEnv): Agents {
  const options = { keepAlive: true, proxyEnv: proxiesOf(environment) };
  return { http: new HttpAgent(options), https: new HttpsAgent(options) };
}

/**
 * The variables of proxies as Node.js takes them. It passes over an address without a scheme, which other clients read
 * as one of HTTP, and would then go past the proxy.
 */
export function proxiesOf(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const address = (upper: string): string | undefined => {
    // As Node.js and curl: the small letters win.
    const name = environment[upper.toLowerCase()] ? upper.toLowerCase() : upper;
    const given = environment[name]?.trim();
    if (!given) return undefined;
    const whole = /^[a-z][a-z0-9+.-]*:\/\//i.test(given) ? given : `http://${given}`;
    if (!/^https?:$/.test(URL.parse(whole)?.protocol ?? ''))
      throw new Failure({
        code: 'runner-failed',
        fault: 'yours',
        message: `The variable ${name} is not the address of an HTTP proxy.`,
        advice: `Set ${name} to an address such as http://proxy.example:3128, or leave it unset.`,
      });
    return whole;
  };
  return {
    HTTPS_PROXY: address('HTTPS_PROXY'),
    HTTP_PROXY: address('HTTP_PROXY'),
    NO_PROXY: environment.no_proxy || environment.NO_PROXY,
  };
}
