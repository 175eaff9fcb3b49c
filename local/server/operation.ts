/** A JSON document as it came in or goes out. */
export type Document = { [member: string]: Json | undefined };
export type Json = string | number | boolean | null | Json[] | Document;

/** What a handler may want to know of the call besides its input. */
export interface Call {
  readonly region: string;
  readonly accessKeyId: string;
}

/**
 * One operation of an AWS service. It gets the input after the schema has accepted it and answers with the output in
 * the members' own names (timestamps as epoch seconds, for Logs as the schema says). Handlers change state
 * synchronously and only then answer, so that a lost answer is a call that was carried out.
 */
export type Operation = (input: Document, call: Call) => Document | Promise<Document>;

/** The operations of one service by name, e.g. `UpdateService`. */
export type Operations = Readonly<Record<string, Operation>>;

/** An error in the words of AWS; the protocol turns it into the reply. */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;
  readonly members: Document;

  /**
   * @param code the exception's name as the service's schema has it, e.g. `ClusterNotFoundException`
   * @param message AWS's text
   * @param status HTTP status: 400 for a client's fault, 500 for the server's
   * @param members what the exception carries besides its message, e.g. `resourceIds`
   */
  constructor(code: string, message: string, status = 400, members: Document = {}) {
    super(message);
    this.name = 'AwsError';
    this.code = code;
    this.status = status;
    this.members = members;
  }
}
