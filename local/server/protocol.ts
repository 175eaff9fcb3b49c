import type { IncomingHttpHeaders } from 'node:http';
import { documentOfForm } from './form.ts';
import { AwsError, type Document, type Json } from './operation.ts';
import { type AwsService, operationShapes, queryError, services } from './service.ts';
import { escapeXml, xmlOf } from './xml.ts';

/** A request, read so far that its service and operation are known. The input is not checked yet. */
export interface Request {
  readonly service: AwsService;
  readonly operation: string;
  readonly input: Json;
}

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * Finds out which operation of which service is called: by `X-Amz-Target` (AWS JSON 1.1) or by the form's Action and
 * Version (AWS Query).
 *
 * @throws AwsError when nothing here has that operation
 */
export function readRequest(headers: IncomingHttpHeaders, body: string): Request {
  const target = headers['x-amz-target'];
  if (typeof target === 'string') {
    const service = services.find((candidate) => target.startsWith(candidate.target));
    if (service === undefined)
      throw new AwsError('UnknownOperationException', `Nobody here serves ${target}.`);
    return { service, operation: target.slice(service.target.length), input: parseJson(body) };
  }
  const form = new URLSearchParams(body);
  const action = form.get('Action');
  const version = form.get('Version');
  const service = services.find(({ protocol, target: wanted }) => protocol === 'query' && wanted === version);
  if (action === null || service === undefined)
    throw new AwsError('UnknownOperationException', 'The request names no operation that is served here.');
  const shapes = operationShapes(service, action);
  return {
    service,
    operation: action,
    input: shapes === undefined ? {} : documentOfForm(shapes.input, form),
  };
}

export function outputReply({ service, operation }: Request, output: Document, requestId: string): Reply {
  if (service.protocol === 'json') return json(200, output, requestId);
  const shape = operationShapes(service, operation)?.output;
  const result = `<${operation}Result>${xmlOf(shape, output)}</${operation}Result>`;
  const metadata = `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata>`;
  return xml(
    200,
    `<${operation}Response xmlns="${service.namespace ?? ''}">${result}${metadata}</${operation}Response>`,
    requestId,
  );
}

export function errorReply(service: AwsService | undefined, error: AwsError, requestId: string): Reply {
  if (service === undefined || service.protocol === 'json')
    return json(error.status, { __type: error.code, message: error.message, ...error.members }, requestId);
  const { code, status } = queryError(service, error.code) ?? queryNames[error.code] ?? error;
  const type = status < 500 ? 'Sender' : 'Receiver';
  return xml(
    status,
    `<ErrorResponse xmlns="${service.namespace ?? ''}"><Error><Type>${type}</Type><Code>${escapeXml(code)}</Code>` +
      `<Message>${escapeXml(error.message)}</Message></Error><RequestId>${requestId}</RequestId></ErrorResponse>`,
    requestId,
  );
}

/** What the errors that every service has are called in the Query protocol (documented under its common errors). */
const queryNames: Readonly<Record<string, { code: string; status: number }>> = {
  AccessDeniedException: { code: 'AccessDenied', status: 403 },
  ExpiredTokenException: { code: 'ExpiredToken', status: 403 },
  ThrottlingException: { code: 'Throttling', status: 400 },
  UnrecognizedClientException: { code: 'InvalidClientTokenId', status: 403 },
  UnknownOperationException: { code: 'InvalidAction', status: 400 },
};

function parseJson(body: string): Json {
  if (body === '') return {};
  try {
    const input: Json = JSON.parse(body);
    return input;
  } catch (cause) {
    throw Object.assign(new AwsError('SerializationException', 'The request body is not JSON.'), { cause });
  }
}

function json(status: number, document: Document, requestId: string): Reply {
  return {
    status,
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': requestId },
    body: JSON.stringify(document),
  };
}

function xml(status: number, body: string, requestId: string): Reply {
  return { status, headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId }, body };
}
