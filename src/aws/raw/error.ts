import { isJsonObject, textIn } from '../../text/json.ts';
import { foreignAnswer } from '../errors.ts';
import type { RawService } from './endpoint.ts';
import type { RawReply } from './request.ts';

/**
 * The error that a reply is, named and worded as the SDK's own would be, so that errors.ts sorts both in one way. Undefined for
 * an answer in the service's protocol. Pure.
 */
export function errorOf(service: RawService, { status, headers, body }: RawReply): Error | undefined {
  const isAnswer = status >= 200 && status < 300;
  if (isAnswer && isOfProtocol(service, body)) return undefined;
  const { code, message } = isAnswer ? foreign : (explained(service, headers, body) ?? foreign);
  return Object.assign(new Error(message), { name: code, $metadata: { httpStatusCode: status } });
}

const foreign = { code: foreignAnswer, message: '' };

/** S3 answers with the file itself. */
function isOfProtocol(service: RawService, body: string): boolean {
  if (service === 's3') return true;
  return isJson(service)
    ? isJsonObject(parsed(body))
    : /^\s*(<\?xml[^>]*>\s*)?<\w+(Response|Result)[\s>]/.test(body);
}

function isJson(service: RawService): boolean {
  return service === 'ssm';
}

/** What an error of AWS's protocols says; undefined for anything else. */
function explained(
  service: RawService,
  headers: RawReply['headers'],
  body: string,
): { readonly code: string; readonly message: string } | undefined {
  const document = isJson(service) ? parsed(body) : undefined;
  const { __type: type, message: small, Message: large } = isJsonObject(document) ? document : {};
  const code = isJson(service)
    ? (textIn(type) ?? headers['x-amzn-errortype'])
    : /<Error>[^]*?<Code>([^<]+)<\/Code>/.exec(body)?.[1];
  if (code !== undefined) {
    const message = isJson(service)
      ? (textIn(small) ?? textIn(large))
      : /<Message>([^<]*)<\/Message>/.exec(body)?.[1];
    // `namespace#Name`, and `Name:http://...` in the header.
    return { code: code.replace(/^.*#/, '').replace(/:.*$/, ''), message: message ?? '' };
  }
  return isOfAws(headers) ? { code: 'Unknown', message: 'UnknownError' } : undefined;
}

/** All of AWS's services name the request in their answer (S3 in a header of its own); a proxy does not. */
export function isOfAws(headers: RawReply['headers']): boolean {
  return headers['x-amzn-requestid'] !== undefined || headers['x-amz-request-id'] !== undefined;
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
