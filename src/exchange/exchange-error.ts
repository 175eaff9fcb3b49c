/** Why an exchange brought no answer that can be used. */
export type ExchangeFault =
  /** No connection was made in time. */
  | 'not-connected'
  /** The answer wasn't there, or wasn't complete, in time. */
  | 'too-slow'
  /** The other side ended the connection before the end of its answer. */
  | 'cut-off'
  | 'too-large'
  /** The whole answer came and isn't what the protocol says. */
  | 'not-understood'
  /** The caller's signal was aborted. */
  | 'cancelled';

/** An exchange without an answer that can be used. The message names the host and holds no credentials. */
export class ExchangeError extends Error {
  readonly fault: ExchangeFault;
  /** Whether the request may have reached the other side, so that its work may be done. */
  readonly maybeSent: boolean;

  constructor(fault: ExchangeFault, message: string, maybeSent: boolean, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'ExchangeError';
    this.fault = fault;
    this.maybeSent = maybeSent;
  }
}
