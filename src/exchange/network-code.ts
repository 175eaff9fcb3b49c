/**
 * Where on the way an error with this code comes from, or undefined for a code that isn't the network's. `unsent`: the
 * request never reached the other side. `lost`: it may have.
 *
 * The list is closed: Node.js also gives a full disk or a defect of ours a code, and these don't pass by waiting.
 */
export function networkPhaseOf(code: string): 'unsent' | 'lost' | undefined {
  if (unsent.has(code) || untrusted.test(code)) return 'unsent';
  return lost.has(code) || unreadable.test(code) ? 'lost' : undefined;
}

const unsent = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENETDOWN',
  'EADDRNOTAVAIL',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EAI_FAIL',
  'EAI_NODATA',
  'EAI_NONAME',
  // A proxy that doesn't open its tunnel, e.g. since it wants other credentials.
  'ERR_PROXY_TUNNEL',
  'UND_ERR_CONNECT_TIMEOUT',
]);
const lost = new Set([
  'ECONNRESET',
  'ECONNABORTED',
  'ENETRESET',
  'ETIMEDOUT',
  'ESOCKETTIMEDOUT',
  'EPIPE',
  'ENOTCONN',
  // TLS was broken off; the alert can come after the request was sent.
  'EPROTO',
  'ERR_STREAM_PREMATURE_CLOSE',
  'ERR_SOCKET_CONNECTION_TIMEOUT',
  'ERR_SOCKET_CLOSED',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'UND_ERR_SOCKET',
]);
/** The other side's certificate wasn't accepted, often a proxy's. */
const untrusted =
  /^(CERT_|CRL_|ERR_TLS_|SELF_SIGNED_CERT_|DEPTH_ZERO_SELF_SIGNED_CERT$|UNABLE_TO_(GET|VERIFY)_|HOSTNAME_MISMATCH$|INVALID_CA$)/;
/** Codes of OpenSSL and of Node.js's HTTP parser: the answer is TLS or HTTP no more. */
const unreadable = /^(ERR_SSL_|HPE_)/;
