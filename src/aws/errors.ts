import { isThrottlingError } from '@smithy/core/retry';
import type { SdkError } from '@smithy/types';
import { ExchangeError } from '../exchange/exchange-error.ts';
import { networkPhaseOf } from '../exchange/network-code.ts';
import { withoutCredentials } from '../text/credentials.ts';

/**
 * What an error of an AWS call means for us. `lost`: the answer did not arrive, so the work may have been done;
 * `unsent`: it never reached AWS; `local`: neither AWS nor the network, but this machine or a defect of ours.
 */
export type AwsErrorKind =
  | 'denied'
  | 'credentials'
  | 'throttled'
  | 'lost'
  | 'unsent'
  | 'not-found'
  | 'unsupported'
  | 'conflict'
  | 'refused'
  | 'local';

/**
 * Sorts an error by its name, HTTP status and network code. An answer that isn't known is `refused` (a 4xx) or `lost`;
 * without an answer, what isn't on the closed list of network errors is `local`.
 */
export function kindOf(error: unknown): AwsErrorKind {
  if (error instanceof ExchangeError) return error.maybeSent ? 'lost' : 'unsent';
  const { name, code, status } = facts(error);
  if (denied.has(name)) return 'denied';
  if (isClockSkew(error)) return 'unsent';
  if (credentials.has(name)) return 'credentials';
  if (status === 429 || isThrottled(error)) return 'throttled';
  if (notFound.test(name) && !isUnexplained(error)) return 'not-found';
  if (name === 'UnsupportedFeatureException' || name === 'UnknownOperationException') return 'unsupported';
  if (name === 'ConflictException') return 'conflict';
  if (timedOut.has(name)) return 'lost';
  if (status !== undefined) return status >= 400 && status < 500 ? 'refused' : 'lost';
  if (isMissingRegion(error)) return 'refused';
  return networkPhaseOf(code) ?? 'local';
}

/**
 * As the SDK sorts it, but for a limit: of that the SDK says the same, and to ECS it is one of the account, such as that on
 * its task definitions (passing-refusal.ts).
 */
function isThrottled(error: unknown): boolean {
  return (
    error instanceof Error && error.name !== 'LimitExceededException' && isThrottlingError(error as SdkError)
  );
}

/**
 * The runner's clock is wrong; the SDK takes AWS's time from the answer, so that the next call may succeed. Its own list (isClockSkewError) has what
 * may be one, such as AccessDeniedException, and asks the answer's date; here only what surely is one counts.
 */
export function isClockSkew(error: unknown): boolean {
  const { name } = facts(error);
  return (
    skewed.has(name) ||
    (credentials.has(name) && /Signature (expired|not yet current)/.test(messageOf(error)))
  );
}

/** Found out by the SDK before it sends anything; the error has neither a name nor a code. */
function isMissingRegion(error: unknown): boolean {
  return facts(error).code === '' && /^Region is missing/i.test(messageOf(error));
}

/** Whether the error is an answer of AWS or of the way there, and not this machine's or a defect of our own. */
export function isOfAws(error: unknown): boolean {
  return kindOf(error) !== 'local';
}

/** Whether the same read may succeed when it is sent again. */
export function isPassing(kind: AwsErrorKind): boolean {
  return kind === 'throttled' || kind === 'lost' || kind === 'unsent';
}

/** The error in AWS's own words, e.g. `AccessDeniedException: User ... is not authorized to perform ...`. */
export function wordsOf(error: unknown): string {
  return withoutCredentials(ownWords(error));
}

function ownWords(error: unknown): string {
  const { name, status } = facts(error);
  if (isForeign(error)) return `the answer is not AWS's (HTTP status ${status})`;
  if (isUnexplained(error)) return `HTTP status ${status} without an explanation`;
  return name && name !== 'Error' && name !== 'ExchangeError' && name !== 'AggregateError'
    ? `${name}: ${messageOf(error)}`
    : messageOf(error);
}

/** Not AWS's protocol, e.g. a proxy's page: what a parser says of it tells nobody anything. */
function isForeign(error: unknown): boolean {
  const { name, status } = facts(error);
  if (status === undefined) return false;
  // The SDK's parser of XML throws errors without a name.
  return (
    ['SyntaxError', foreignAnswer].includes(name) || messageOf(error).startsWith('@aws-sdk XML parse error')
  );
}

/** The name of the error that an answer in another protocol is. */
export const foreignAnswer = 'ForeignAnswer';

/** What the SDK makes of an error without a code: of a 404 in XML it makes a `NotFound` that AWS never said. */
function isUnexplained(error: unknown): boolean {
  const { name, status } = facts(error);
  return (
    status !== undefined &&
    (name === 'Unknown' || (name === 'NotFound' && /^Unknown(Error)?$/.test(messageOf(error))))
  );
}

// Names from the SDK's retry lists, the services' schemas and the common errors of AWS's protocols.
const denied = new Set([
  'AccessDeniedException',
  'AccessDenied',
  'UnauthorizedOperation',
  'UnauthorizedException',
  'NotAuthorized',
]);
const credentials = new Set([
  'ExpiredTokenException',
  'ExpiredToken',
  'RequestExpired',
  'TokenRefreshRequired',
  'UnrecognizedClientException',
  'InvalidClientTokenId',
  'InvalidAccessKeyId',
  'InvalidToken',
  'InvalidSignatureException',
  'SignatureDoesNotMatch',
  'MissingAuthenticationToken',
  'MissingAuthenticationTokenException',
  'IncompleteSignature',
  'CredentialsProviderError',
  'TokenProviderError',
]);
/** AWS's own servers answer a 4xx when they didn't get the whole request in time. TimeoutError is the SDK's. */
const timedOut = new Set(['RequestTimeout', 'RequestTimeoutException', 'TimeoutError']);
const skewed = new Set(['RequestTimeTooSkewed', 'RequestInTheFuture']);
const notFound = /NotFound(Exception)?$|^NoSuch(Entity|Key|Bucket)(Exception)?$/;

/** The HTTP status is where the SDK has it, or where the errors of our own requests have it. */
function facts(error: unknown): { name: string; code: string; status: number | undefined } {
  if (typeof error !== 'object' || error === null) return { name: '', code: '', status: undefined };
  const name = 'name' in error && typeof error.name === 'string' ? error.name : '';
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const metadata = '$metadata' in error ? error.$metadata : undefined;
  const status =
    typeof metadata === 'object' && metadata !== null && 'httpStatusCode' in metadata
      ? metadata.httpStatusCode
      : 'status' in error
        ? error.status
        : undefined;
  return { name, code, status: typeof status === 'number' ? status : undefined };
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = facts(error).code;
  return error.message || code || error.name;
}
