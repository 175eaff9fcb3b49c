import {
  DescribeServicesCommand,
  type DescribeServicesCommandInput,
  type DescribeServicesCommandOutput,
  DescribeTaskDefinitionCommand,
  type ECSClient,
  RegisterTaskDefinitionCommand,
  UpdateServiceCommand,
  type UpdateServiceCommandOutput,
} from '@aws-sdk/client-ecs';
import type { MiddlewareStack } from '@smithy/types';
import { ExchangeError } from '../exchange/exchange-error.ts';
import { isJsonArray, isJsonObject, type JsonObject } from '../text/json.ts';

/**
 * Reads a task definition as the JSON that ECS sends, tags beside it: `{ taskDefinition, tags }`. The typed output
 * of the SDK would lack every member that is newer than the SDK.
 *
 * @param reference family, family:revision or ARN
 */
export async function describeTaskDefinition(
  ecs: ECSClient,
  reference: string,
  abortSignal?: AbortSignal,
): Promise<JsonObject> {
  const command = new DescribeTaskDefinitionCommand({ taskDefinition: reference, include: ['TAGS'] });
  const body = keepBody(command.middlewareStack);
  await ecs.send(command, optionsOf(abortSignal));
  return reply(body());
}

/**
 * Registers a task definition from JSON, member for member as given.
 *
 * @param document what RegisterTaskDefinition takes, `tags` included
 * @returns `{ taskDefinition, tags }` as ECS answers
 */
export async function registerTaskDefinition(
  ecs: ECSClient,
  document: JsonObject,
  abortSignal?: AbortSignal,
): Promise<JsonObject> {
  const command = new RegisterTaskDefinitionCommand({ family: undefined, containerDefinitions: undefined });
  sendWhole(command.middlewareStack, document);
  const body = keepBody(command.middlewareStack);
  await ecs.send(command, optionsOf(abortSignal));
  return reply(body());
}

/**
 * Updates a service from JSON, member for member as given: settings that are sent whole keep what the SDK does not know.
 */
export async function updateServiceDocument(
  ecs: ECSClient,
  request: JsonObject,
  abortSignal?: AbortSignal,
): Promise<UpdateServiceCommandOutput> {
  const command = new UpdateServiceCommand({ service: undefined });
  sendWhole(command.middlewareStack, request);
  return ecs.send(command, optionsOf(abortSignal));
}

/** Describes services as the SDK reads them and, in the same order, as the JSON that ECS sends. */
export async function describeServices(
  ecs: ECSClient,
  request: DescribeServicesCommandInput,
  abortSignal?: AbortSignal,
): Promise<DescribeServicesCommandOutput & { readonly documents: readonly JsonObject[] }> {
  const command = new DescribeServicesCommand(request);
  const body = keepBody(command.middlewareStack);
  const output = await ecs.send(command, optionsOf(abortSignal));
  const { services } = reply(body());
  return { ...output, documents: isJsonArray(services) ? services.filter(isJsonObject) : [] };
}

/** How the SDK takes a signal that ends a request. */
export function optionsOf(abortSignal: AbortSignal | undefined): { readonly abortSignal?: AbortSignal } {
  return abortSignal === undefined ? {} : { abortSignal };
}

function sendWhole<I extends object, O extends object>(
  stack: MiddlewareStack<I, O>,
  document: JsonObject,
): void {
  stack.add(
    (next) => (step) => {
      if (isHttp(step.request)) {
        step.request.body = JSON.stringify(document);
        delete step.request.headers['content-length'];
      }
      return next(step);
    },
    // Before the step that counts the body's length and before the signature.
    { step: 'build', name: 'sendWholeDocument', priority: 'high' },
  );
}

/** Keeps the body of the reply as text; the SDK still reads it too, for its errors. */
function keepBody<I extends object, O extends object>(stack: MiddlewareStack<I, O>): () => string {
  let body = '';
  stack.add(
    (next) => async (step) => {
      const result = await next(step);
      if (isHttp(result.response) && result.response.body !== undefined) {
        const bytes = await bytesOf(result.response.body);
        body = new TextDecoder().decode(bytes);
        result.response.body = bytes;
      }
      return result;
    },
    // Nearest to the wire of the steps that see the response: what the SDK reads later is what is kept here.
    { step: 'deserialize', name: 'keepRawBody', priority: 'low' },
  );
  return () => body;
}

function reply(body: string): JsonObject {
  const document: unknown = JSON.parse(body);
  if (!isJsonObject(document))
    throw new ExchangeError('not-understood', 'the answer of ECS is not a JSON object', true);
  return document;
}

function isHttp(value: unknown): value is { body: unknown; headers: Record<string, string> } {
  return typeof value === 'object' && value !== null && 'body' in value && 'headers' in value;
}

export async function bytesOf(body: unknown): Promise<Uint8Array> {
  if (body instanceof Uint8Array) return body;
  if (typeof body === 'string') return new TextEncoder().encode(body);
  const chunks: Uint8Array[] = [];
  for await (const chunk of body as AsyncIterable<Uint8Array>) chunks.push(chunk);
  return Buffer.concat(chunks);
}
