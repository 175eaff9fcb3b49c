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
  if (credentials.has(name)) return messageOf(error).includes('Signature expired') ? 'unsent' : 'credentials';
  if (throttled.has(name) || status === 429) return 'throttled';
  if (unsent.has(code)) return 'unsent';
  if (notFound.test(name)) return 'not-found';
  if (name === 'UnsupportedFeatureException' || name === 'UnknownOperationException') return 'unsupported';
  if (name === 'ConflictException') return 'conflict';
  if (status !== undefined && status >= 400 && status < 500) return 'refused';
  return 'lost';
}

/** Whether the same read may succeed when it is sent again. */
export function isPassing(kind: AwsErrorKind): boolean {
  return kind === 'throttled' || kind === 'lost' || kind === 'unsent';
}

/** The error in AWS's own words, e.g. `AccessDeniedException: User ... is not authorized to perform ...`. */
export function wordsOf(error: unknown): string {
  const { name } = facts(error);
  return name && name !== 'Error' ? `${name}: ${messageOf(error)}` : messageOf(error);
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
  'LimitExceededException',
  'ProvisionedThroughputExceededException',
  'BandwidthLimitExceeded',
  'EC2ThrottledException',
  'PriorRequestNotComplete',
  'TransactionInProgressException',
  'SlowDown',
]);
const unsent = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);
const notFound = /NotFound(Exception)?$/;

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
