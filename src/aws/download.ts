import { exchange, requestOf } from '../exchange/exchange.ts';

/** For the configuration of an image: some kilobytes; registries take at most 4 MiB. */
const limits = { connectMilliseconds: 5_000, totalMilliseconds: 10_000, mostBytes: 4 * 1024 * 1024 };

/**
 * Fetches a small text from an address that AWS has signed.
 * @throws Error for any status but 200
 */
export async function download(url: string, signal: AbortSignal | undefined): Promise<string> {
  const { status, body } = await exchange(requestOf(new URL(url), 'GET'), { ...limits, signal });
  if (status !== 200) throw new Error(`The answer has status ${status}`);
  return new TextDecoder().decode(body);
}
