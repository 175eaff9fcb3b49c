import { type AwsErrorKind, isPassing, kindOf, wordsOf } from '../../src/aws/errors.ts';
import { ExchangeError } from '../../src/exchange/exchange-error.ts';

/** An error as the SDK makes it of an answer. */
function answered(name: string, httpStatusCode: number, message = 'said AWS'): Error {
  return Object.assign(new Error(message), { name, $metadata: { httpStatusCode } });
}

/** An error of the network, as Node.js makes it. */
function network(code: string, message = `connect ${code}`): Error {
  return Object.assign(new Error(message), { code });
}

describe('the kind of an error', () => {
  it.each<[AwsErrorKind, unknown]>([
    ['denied', answered('AccessDeniedException', 400)],
    ['denied', answered('AccessDenied', 403)],
    ['credentials', answered('ExpiredTokenException', 400)],
    ['credentials', answered('UnrecognizedClientException', 400)],
    ['credentials', answered('InvalidSignatureException', 400, 'The request signature does not match')],
    [
      'credentials',
      Object.assign(new Error('Could not load credentials'), { name: 'CredentialsProviderError' }),
    ],
    ['unsent', answered('InvalidSignatureException', 403, 'Signature expired: 20260101 is now earlier than')],
    ['unsent', answered('SignatureDoesNotMatch', 403, 'Signature not yet current: 20260101 is later than')],
    ['unsent', answered('RequestTimeTooSkewed', 403)],
    ['throttled', answered('ThrottlingException', 400, 'Rate exceeded')],
    ['throttled', answered('Throttling', 400)],
    ['throttled', answered('TooManyRequestsException', 429)],
    ['throttled', answered('Unknown', 429)],
    // A quota of the account; waiting does not help.
    ['refused', answered('LimitExceededException', 400)],
    ['not-found', answered('ClusterNotFoundException', 400)],
    ['not-found', answered('ServiceNotFoundException', 400)],
    ['not-found', answered('ResourceNotFoundException', 400)],
    ['not-found', answered('TargetGroupNotFound', 400)],
    ['not-found', answered('NoSuchEntity', 404)],
    ['not-found', answered('NoSuchKey', 404)],
    // What the SDK makes of some proxy's page with status 404.
    ['refused', answered('NotFound', 404, 'Unknown')],
    ['refused', answered('ForeignAnswer', 404)],
    ['credentials', answered('InvalidAccessKeyId', 403)],
    ['unsupported', answered('UnsupportedFeatureException', 400)],
    ['unsupported', answered('UnknownOperationException', 400)],
    ['conflict', answered('ConflictException', 400)],
    ['refused', answered('ClientException', 400)],
    ['refused', answered('InvalidParameterException', 400)],
    ['refused', answered('ServiceNotActiveException', 400)],
    ['refused', answered('SomethingNewException', 404)],
    ['refused', answered('SyntaxError', 403)],
    ['refused', new Error('Region is missing')],
    ['lost', answered('ServerException', 500)],
    ['lost', answered('ServiceUnavailable', 503)],
    ['lost', answered('SyntaxError', 502)],
    ['lost', answered('SyntaxError', 200)],
    ['lost', answered('RequestTimeout', 400)],
    ['lost', Object.assign(new Error('timed out after 20000 ms of inactivity'), { name: 'TimeoutError' })],
    ['lost', new ExchangeError('cut-off', '', true)],
    ['lost', new ExchangeError('cancelled', '', true)],
    ['lost', network('HPE_INVALID_CONSTANT')],
    ['lost', network('ERR_SSL_WRONG_VERSION_NUMBER')],
    ['lost', network('UND_ERR_SOCKET')],
    ['lost', Object.assign(new Error('it answers with status 503'), { status: 503 })],
    ['lost', network('ECONNRESET', 'socket hang up')],
    ['lost', network('EPIPE')],
    ['lost', network('ETIMEDOUT')],
    // Neither of AWS nor of the network: waiting helps none of these.
    ['local', network('ENOSPC', 'ENOSPC: no space left on device, write')],
    ['local', network('EACCES')],
    ['local', network('EMFILE')],
    ['local', network('ENOENT')],
    ['local', network('ERR_INVALID_CHAR', 'Invalid character in header content ["authorization"]')],
    ['local', network('ERR_INVALID_URL')],
    ['local', new TypeError("Cannot read properties of undefined (reading 'arn')")],
    ['local', new Error('something else')],
    ['local', undefined],
    ['local', null],
    ['local', 'a text'],
    ['local', { name: 7, code: 7, $metadata: 7 }],
    ['unsent', network('ECONNREFUSED')],
    ['unsent', network('ENOTFOUND', 'getaddrinfo ENOTFOUND ecs.example')],
    ['unsent', network('EAI_AGAIN')],
    ['unsent', network('SELF_SIGNED_CERT_IN_CHAIN')],
    ['unsent', network('UNABLE_TO_GET_ISSUER_CERT_LOCALLY')],
    ['unsent', network('CERT_HAS_EXPIRED')],
    ['unsent', network('ERR_TLS_CERT_ALTNAME_INVALID')],
    ['unsent', network('ERR_PROXY_TUNNEL', 'Failed to establish tunnel')],
    ['unsent', Object.assign(new AggregateError([], ''), { code: 'EHOSTUNREACH' })],
    ['unsent', new ExchangeError('not-connected', '', false)],
    ['unsent', new ExchangeError('cancelled', '', false)],
    ['refused', answered('InvalidIdentityTokenException', 400, 'Incorrect token audience')],
    ['refused', answered('InvalidParameterException', 400, "Couldn't retrieve verification key")],
  ])('is %s for %p', (kind, error) => {
    expect(kindOf(error)).toBe(kind);
  });

  it.each<[AwsErrorKind, boolean]>([
    ['throttled', true],
    ['lost', true],
    ['unsent', true],
    ['denied', false],
    ['credentials', false],
    ['not-found', false],
    ['unsupported', false],
    ['conflict', false],
    ['refused', false],
    ['local', false],
  ])('%s may pass: %s', (kind, expected) => {
    expect(isPassing(kind)).toBe(expected);
  });
});

describe("an error in AWS's words", () => {
  it.each<[unknown, string]>([
    [answered('AccessDeniedException', 400, 'User x may not'), 'AccessDeniedException: User x may not'],
    [new Error('Region is missing'), 'Region is missing'],
    [network('ECONNRESET', ''), 'ECONNRESET'],
    [Object.assign(new AggregateError([], ''), { code: 'ECONNREFUSED' }), 'ECONNREFUSED'],
    [answered('ServerException', 500, ''), 'ServerException: ServerException'],
    [answered('SyntaxError', 502, 'Unexpected token <\n  hint'), "the answer is not AWS's (HTTP status 502)"],
    [
      Object.assign(new Error('@aws-sdk XML parse error: mismatched tags <br> and </body>.'), {
        $metadata: { httpStatusCode: 200 },
      }),
      "the answer is not AWS's (HTTP status 200)",
    ],
    [answered('ForeignAnswer', 403, ''), "the answer is not AWS's (HTTP status 403)"],
    [answered('NotFound', 404, 'Unknown'), 'HTTP status 404 without an explanation'],
    [new SyntaxError('Unexpected token'), 'SyntaxError: Unexpected token'],
    [answered('Unknown', 503, 'UnknownError'), 'HTTP status 503 without an explanation'],
    [new ExchangeError('cut-off', 'x broke off the connection', true), 'x broke off the connection'],
    [network('ERR_PROXY_TUNNEL', 'via http://me:s3cret@proxy:3128/: 407'), 'via http://proxy:3128/: 407'],
    ['a text', 'a text'],
    [undefined, 'undefined'],
  ])('%p', (error, expected) => {
    expect(wordsOf(error)).toBe(expected);
  });
});
