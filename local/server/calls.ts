import type { Document, Json } from './operation.ts';
import type { ServiceName } from './service.ts';

/** One request that came in, with what it was answered. Nothing of its authorization is kept but the key's id. */
export interface CallRecord {
  readonly service: ServiceName;
  readonly operation: string;
  readonly input: Json;
  /** What the operation answered (also when the answer was lost by a fault). */
  readonly output?: Document;
  readonly error?: { readonly code: string; readonly message: string };
  /** The kind of the fault that hit the call. */
  readonly fault?: string;
  /** The operations of earlier requests whose caller still waited for an answer when this one was read. */
  readonly stillOpen: readonly string[];
  /** Real milliseconds since the epoch when the request was read. */
  readonly at: number;
  /** The same in the clock of the local Fargate. */
  readonly clockAt: number;
  readonly accessKeyId: string;
  /** The region that the request was signed for. */
  readonly region?: string;
  readonly userAgent: string;
}

export interface Calls {
  all(): readonly CallRecord[];
  /** The calls of one operation, e.g. `UpdateService`. */
  of(operation: string): readonly CallRecord[];
  /** How many there were, of one operation or at all. */
  count(operation?: string): number;
  clear(): void;
}

/** The newest calls are kept; a server that stays up for days must not grow without end. */
const mostKept = 20_000;

export function callLog(): Calls & { add(record: CallRecord): void } {
  const records: CallRecord[] = [];
  const of = (operation: string) => records.filter((record) => record.operation === operation);
  return {
    all: () => [...records],
    of,
    count: (operation) => (operation === undefined ? records : of(operation)).length,
    clear: () => {
      records.length = 0;
    },
    add: (record) => {
      records.push(record);
      if (records.length > mostKept) records.splice(0, records.length - mostKept);
    },
  };
}
