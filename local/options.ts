import { parseArgs } from 'node:util';
import { arn, defaultAccount } from './base/account.ts';

export const usage = `npm run local -- [--port PORT] [--runtime docker|simulated] [--speed FACTOR] [--function NAME=URL]
  --port     where the AWS APIs listen (default 4700; 0 takes any free port)
  --runtime  docker runs real containers, simulated only imitates them (default: docker if an engine answers)
  --speed    how many of its seconds pass in a real one (default 1)
  --function an HTTP endpoint that plays a Lambda function for lifecycle hooks, by the function's name or ARN; may be repeated
`;

/** The options of `npm run local`. */
export interface LocalOptions {
  readonly port: number;
  readonly runtime: 'docker' | 'simulated' | undefined;
  readonly speed: number;
  /** URLs by the ARN of the function that they play. */
  readonly functions: Readonly<Record<string, string>>;
}

/**
 * Reads the options of `npm run local`; undefined for --help.
 * @throws Error for an option that doesn't exist, or a value that it can't have
 */
export function readOptions(args: string[]): LocalOptions | undefined {
  const { values } = parseArgs({
    args,
    options: {
      port: { type: 'string', default: '4700' },
      runtime: { type: 'string' },
      speed: { type: 'string', default: '1' },
      function: { type: 'string', multiple: true, default: [] },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return undefined;
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error(`--port ${values.port} is not a port from 0 to 65535`);
  const speed = Number(values.speed);
  if (!(speed > 0 && speed <= 10_000))
    throw new Error(`--speed ${values.speed} is not a number above 0, up to 10000`);
  const { runtime } = values;
  if (runtime !== undefined && runtime !== 'docker' && runtime !== 'simulated')
    throw new Error(`--runtime ${runtime} is neither docker nor simulated`);
  return { port, runtime, speed, functions: Object.fromEntries(values.function.map(readFunction)) };
}

/** `NAME=URL`; a name alone is that of a function in the local account and region. */
function readFunction(text: string): readonly [string, string] {
  const [, name = '', url = ''] = /^([^=]+)=(.+)$/.exec(text) ?? [];
  if (!/^https?:$/.test(URL.parse(url)?.protocol ?? ''))
    throw new Error(`--function ${text} is not NAME=URL, with a URL of http or https`);
  return [name.startsWith('arn:') ? name : arn(defaultAccount, 'lambda', `function:${name}`), url];
}
