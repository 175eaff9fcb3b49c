/**
 * What an error of an AWS call means for us. `lost`: the answer did not arrive, so the work may have been done;
 * `unsent`: it never reached AWS.
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
  | 'refused';

/** Sorts an error by its name, HTTP status and network code; what is not known is `refused` (a 4xx) or `lost`. */
export function kindOf(error: unknown): AwsErrorKind {
  const { name, code, status } = facts(error);
  if (denied.has(name)) return 'denied';
  if (isClockSkew(error)) return 'unsent';
  if (credentials.has(name)) return 'credentials';
  if (throttled.has(name) || status === 429) return 'throttled';
  if (unsent.has(code) || untrusted.test(code) || hasNotConnected(error)) return 'unsent';
  if (notFound.test(name) && !isUnexplained(error)) return 'not-found';
  if (name === 'UnsupportedFeatureException' || name === 'UnknownOperationException') return 'unsupported';
  if (name === 'ConflictException') return 'conflict';
  if (timedOut.has(name)) return 'lost';
  if (status !== undefined && status >= 400 && status < 500) return 'refused';
  return isMissingRegion(error) ? 'refused' : 'lost';
}

/** The runner's clock is wrong; the SDK takes AWS's time from the answer, so that the next call may succeed. */
export function isClockSkew(error: unknown): boolean {
  const { name } = facts(error);
  return (
    skewed.has(name) ||
    (credentials.has(name) && /Signature (expired|not yet current)/.test(messageOf(error)))
  );
}

/** The SDK's text for a connection that was not made in time; its other timeouts come after the request was sent. */
function hasNotConnected(error: unknown): boolean {
  return facts(error).name === 'TimeoutError' && messageOf(error).includes('did not establish a connection');
}

/** Found out by the SDK before it sends anything; the error has neither a name nor a code. */
function isMissingRegion(error: unknown): boolean {
  return facts(error).code === '' && /^Region is missing/i.test(messageOf(error));
}

/** Whether the error is an answer of AWS or of the way there, and not a defect of our own. */
export function isOfAws(error: unknown): boolean {
  const { name, code, status } = facts(error);
  return status !== undefined || networkCode.test(code) || name === 'TimeoutError' || credentials.has(name);
}

const networkCode = /^E[A-Z_]+$/;

/** Whether the same read may succeed when it is sent again. */
export function isPassing(kind: AwsErrorKind): boolean {
  return kind === 'throttled' || kind === 'lost' || kind === 'unsent';
}

/** The error in AWS's own words, e.g. `AccessDeniedException: User ... is not authorized to perform ...`. */
export function wordsOf(error: unknown): string {
  const { name, status } = facts(error);
  if (isForeign(error)) return `the answer is not AWS's (HTTP status ${status})`;
  if (isUnexplained(error)) return `HTTP status ${status} without an explanation`;
  return name && name !== 'Error' ? `${name}: ${messageOf(error)}` : messageOf(error);
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
]);
const throttled = new Set([
  'ThrottlingException',
  'Throttling',
  'ThrottledException',
  'Throttled',
  'RequestThrottled',
  'RequestThrottledException',
  'RequestLimitExceeded',
  'TooManyRequestsException',
  'ProvisionedThroughputExceededException',
  'BandwidthLimitExceeded',
  'EC2ThrottledException',
  'PriorRequestNotComplete',
  'TransactionInProgressException',
  'SlowDown',
]);
/** Of AWS's own servers, with a 4xx: they did not get the whole request, or not soon enough. */
const timedOut = new Set(['RequestTimeout', 'RequestTimeoutException']);
const skewed = new Set(['RequestTimeTooSkewed', 'RequestInTheFuture']);
const unsent = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);
/** The other side's certificate was not accepted, often a proxy's: nothing was sent. */
const untrusted = /^(CERT_|ERR_TLS_CERT|SELF_SIGNED_CERT|DEPTH_ZERO_SELF_SIGNED|UNABLE_TO_(GET|VERIFY))/;
const notFound = /NotFound(Exception)?$|^NoSuch(Entity|Key|Bucket)(Exception)?$/;

function facts(error: unknown): { name: string; code: string; status: number | undefined } {
  if (typeof error !== 'object' || error === null) return { name: '', code: '', status: undefined };
  const name = 'name' in error && typeof error.name === 'string' ? error.name : '';
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const metadata = '$metadata' in error ? error.$metadata : undefined;
  const status =
    typeof metadata === 'object' && metadata !== null && 'httpStatusCode' in metadata
      ? metadata.httpStatusCode
      : undefined;
  return { name, code, status: typeof status === 'number' ? status : undefined };
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = facts(error).code;
  return error.message || code || error.name;
}
