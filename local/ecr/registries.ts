import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Account } from '../base/account.ts';
import type { Clock } from '../base/clock.ts';
import { textOf } from '../server/members.ts';
import type { Call, Document, Operation, Operations } from '../server/operation.ts';
import { type Authorization, createAuthorization } from './authorization.ts';
import { createEcr, type Ecr } from './ecr.ts';
import { startGateway } from './gateway.ts';
import { type ImageTable, imageTable } from './image-table.ts';
import { startRegistry } from './registry.ts';
import type { Findings } from './scans.ts';

/** The registry of one account in one region, with its own host. */
export interface LocalRegistry {
  readonly account: Account;
  /** `127.0.0.1:PORT`, the start of repository URIs. */
  readonly host: string;
  readonly images: ImageTable;
  readonly ecr: Ecr;
  /** The passwords of its region, valid for every registry there (documented). */
  readonly authorization: Authorization;
}

/** The local ECR. */
export interface Registries {
  /** The registry of the account itself, in its region. */
  readonly own: LocalRegistry;
  readonly others: readonly LocalRegistry[];
  readonly operations: Operations;
}

/**
 * Starts the registry of the account and those of others. Every caller may do everything in all of them: repository policies
 * aren't implemented.
 *
 * @param options.hasRegistry real registries are behind them; otherwise images exist only in tables
 * @param starting collects what to close at the end
 */
export async function startRegistries(
  options: {
    readonly account: Account;
    readonly others: readonly Account[];
    readonly clock: Clock;
    readonly hasRegistry: boolean;
    /** For the files of the account's own registry; defaults to a folder that is removed at the end. */
    readonly tempFolder: string | undefined;
    readonly findings: ((repository: string, digest: string) => Findings) | undefined;
  },
  starting: AsyncDisposableStack,
): Promise<Registries> {
  const { account: own, clock, hasRegistry, findings } = options;
  const authorizations = new Map<string, Authorization>();
  const start = async (account: Account, folder: string | undefined): Promise<LocalRegistry> => {
    const authorization = authorizations.get(account.region) ?? createAuthorization(clock);
    authorizations.set(account.region, authorization);
    const images = imageTable(clock);
    const upstream = hasRegistry ? await startUpstream(starting, folder) : undefined;
    const ecr = createEcr({
      store: upstream,
      account,
      clock,
      images,
      authorization,
      registryHost: () => gateway.host,
      ...(findings === undefined ? {} : { findings }),
    });
    const repository: Ecr['repository'] = (name) => ecr.repository(name);
    const { links, pullThrough } = ecr;
    const gateway = await startGateway({
      account,
      upstream,
      images,
      authorization,
      repository,
      links,
      pullThrough,
    });
    starting.defer(() => gateway.close());
    return { account, host: gateway.host, images, ecr, authorization };
  };
  const first = await start(own, options.tempFolder);
  const others: LocalRegistry[] = [];
  for (const other of options.others) others.push(await start(other, undefined));
  return { own: first, others, operations: dispatched(first, others) };
}

/** Routes each call to the registry that it names, in the region that it is signed for. */
function dispatched(own: LocalRegistry, others: readonly LocalRegistry[]): Operations {
  const called = (input: Document, { region }: Call): LocalRegistry => {
    const accountId = textOf(input, 'registryId') ?? own.account.accountId;
    const isMeant = ({ account }: LocalRegistry): boolean =>
      account.accountId === accountId && account.region === region;
    return others.find(isMeant) ?? own;
  };
  const operate =
    (name: string) =>
    (input: Document, call: Call): ReturnType<Operation> =>
      called(input, call).ecr.operations[name]?.(input, call) ?? {};
  return {
    ...Object.fromEntries(Object.keys(own.ecr.operations).map((name) => [name, operate(name)])),
    GetAuthorizationToken: (input, call) => {
      const { account } = own;
      const there = others.find((one) => one.account.region === call.region);
      if (there === undefined || called(input, call) !== own || call.region === account.region) {
        return operate('GetAuthorizationToken')(input, call);
      }
      // The token is for the caller's own registry, which doesn't run in that region.
      const proxyEndpoint = `https://${account.accountId}.dkr.ecr.${call.region}.amazonaws.com`;
      const { password, expiresAt } = there.authorization.issue();
      const authorizationToken = Buffer.from(`AWS:${password}`).toString('base64');
      return { authorizationData: [{ authorizationToken, expiresAt: expiresAt / 1000, proxyEndpoint }] };
    },
  };
}

/** Starts the registry behind a gateway; it is closed with the rest. */
async function startUpstream(starting: AsyncDisposableStack, given: string | undefined): Promise<string> {
  const folder = given ?? mkdtempSync(join(tmpdir(), 'fargate-'));
  if (given === undefined) starting.defer(() => rmSync(folder, { recursive: true, force: true }));
  const registry = await startRegistry(folder);
  starting.defer(() => registry.close());
  return registry.host;
}
