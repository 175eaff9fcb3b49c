import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerToken, type JobIdentity } from './token-endpoint.ts';

/** A stand-in for what a job asks of GitHub besides its checkout. */
export interface Github {
  /** The variables that a runner gives a job, for its token endpoint. */
  readonly environment: Readonly<Record<string, string>>;
  /** Audiences that tokens were asked for, in their order. */
  readonly tokens: readonly string[];
  close(): Promise<void>;
}

export interface GithubOptions {
  readonly job: JobIdentity;
  /** Any free port when not given. */
  readonly port?: number;
}

/** Starts the stand-in on 127.0.0.1. */
export async function startGithub({ job, port = 0 }: GithubOptions): Promise<Github> {
  const bearer = 'local-request-token';
  const tokens: string[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://localhost');
    const { status, body } =
      url.pathname === '/token'
        ? answerToken(request, job, bearer)
        : { status: 404, body: { message: 'Not Found' } };
    if (status === 200) tokens.push(url.searchParams.get('audience') ?? '');
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const { port: actual } = server.address() as AddressInfo;
  return {
    environment: {
      // With a query already, as GitHub's has one.
      ACTIONS_ID_TOKEN_REQUEST_URL: `http://127.0.0.1:${actual}/token?api-version=2.0`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: bearer,
    },
    tokens,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
