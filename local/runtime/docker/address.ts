import { get } from 'node:http';
import type { Clock } from '../../base/clock.ts';
import type { Address } from '../runtime.ts';

/**
 * Where a task's ports can be reached from this machine.
 * @param published host ports by container port
 */
export function dockerAddress(options: {
  readonly privateIp: string;
  readonly published: ReadonlyMap<number, number>;
  readonly clock: Clock;
}): Address {
  const { privateIp, published, clock } = options;
  const reach: Address['reach'] = (containerPort) => {
    const port = published.get(containerPort);
    return port === undefined ? undefined : { host: '127.0.0.1', port };
  };
  return {
    privateIp,
    reach,
    get: (containerPort, path, timeoutSeconds) => {
      const target = reach(containerPort);
      if (target === undefined) return Promise.reject(new Error(`Port ${containerPort} is not published`));
      const scaled = timeoutSeconds * clock.realMillisecondsPerSecond;
      return ask({ ...target, path }, Math.max(shortestAnswerMilliseconds, scaled));
    },
  };
}

/** A real program needs real time, however fast the clock: our choice. */
const shortestAnswerMilliseconds = 1000;

function ask(
  target: { readonly host: string; readonly port: number; readonly path: string },
  timeoutMilliseconds: number,
): Promise<{ readonly status: number }> {
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(timeoutMilliseconds);
    const headers = { 'User-Agent': 'ELB-HealthChecker/2.0', Connection: 'close' };
    const request = get({ ...target, agent: false, signal, headers }, (response) => {
      response.on('error', () => undefined).resume();
      resolve({ status: response.statusCode ?? 0 });
    });
    request.on('error', (error) =>
      reject(signal.aborted ? new Error('Request timed out', { cause: error }) : error),
    );
  });
}

/** Reads `docker port`: lines such as `8080/tcp -> 127.0.0.1:49153`. */
export function readPublished(text: string): ReadonlyMap<number, number> {
  return new Map(
    [...text.matchAll(/^(\d+)\/tcp -> .*:(\d+)\s*$/gm)].map(([, inside, outside]) => [
      Number(inside),
      Number(outside),
    ]),
  );
}
