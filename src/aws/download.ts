import { get as getHttp, Agent as HttpAgent } from 'node:http';
import { get as getHttps, Agent as HttpsAgent } from 'node:https';
import { text } from 'node:stream/consumers';

/**
 * Fetches a small text from an address that AWS has signed. `fetch` would go past HTTPS_PROXY; Node.js 24's own agents
 * honour it.
 * @throws Error for any status but 200
 */
export async function download(url: string): Promise<string> {
  const isHttps = url.startsWith('https:');
  const agent = isHttps
    ? new HttpsAgent({ proxyEnv: process.env })
    : new HttpAgent({ proxyEnv: process.env });
  return new Promise((resolve, reject) => {
    const get = isHttps ? getHttps : getHttp;
    const request = get(url, { agent, timeout: 10_000 }, (response) => {
      if (response.statusCode === 200) text(response).then(resolve, reject);
      else {
        response.resume();
        reject(new Error(`The answer has status ${response.statusCode ?? 'none'}`));
      }
    });
    request.once('timeout', () => request.destroy(new Error('No answer within 10 s')));
    request.once('error', reject);
  });
}
