import { check, clean, type Problem } from './check.ts';
import { isDocument } from './members.ts';
import { AwsError, type Call, type Document, type Json, type Operations } from './operation.ts';
import type { Request } from './protocol.ts';
import { operationShapes, type ServiceName } from './service.ts';

/** What happens to members of a request that the newest SDK's schema does not have. */
export type UnknownMembers = 'keep' | 'drop' | 'refuse';

export interface Handlers {
  readonly operations: Readonly<Partial<Record<ServiceName, Operations>>>;
  /**
   * Not known of AWS: its newest server may know more members than our newest schema, so they are kept unless a test
   * asks for another reading.
   */
  readonly unknownMembers: UnknownMembers;
}

/**
 * Checks a request against the SDK's schema, calls its handler and checks the answer as well.
 *
 * @throws AwsError what AWS would answer, or `InternalFailure` when our own handler answers what no SDK could read
 */
export async function answer(handlers: Handlers, request: Request, call: Call): Promise<Document> {
  const { service, operation } = request;
  const shapes = operationShapes(service, operation);
  const handle = handlers.operations[service.name]?.[operation];
  if (shapes === undefined || handle === undefined) {
    const text = `The local Fargate does not have ${service.actionPrefix}:${operation}.`;
    throw new AwsError('UnknownOperationException', text);
  }
  const problems = check(shapes.input, request.input);
  for (const problem of problems) refuse(handlers.unknownMembers, request, problem);
  const input = clean(shapes.input, request.input, handlers.unknownMembers === 'drop');
  const output = withoutUndefined(await handle(isDocument(input) ? input : {}, call));
  const wrong = check(shapes.output, output).filter((problem) => !isFromTheFuture(problem));
  if (wrong.length > 0) throw new AwsError('InternalFailure', badReply(request, wrong), 500);
  return output;
}

function refuse(unknownMembers: UnknownMembers, { service, operation }: Request, problem: Problem): void {
  switch (problem.kind) {
    case 'missing':
      throw service.missingMember(operation, problem.path);
    case 'unknown':
      if (unknownMembers !== 'refuse') return;
      throw new AwsError('SerializationException', `Unknown member ${problem.path}`);
    case 'wrong-type':
      throw new AwsError('SerializationException', `${wrongType(problem)} (${problem.path})`);
  }
}

/** The words that AWS's own reader of JSON has in error reports; the path behind them is our addition. */
function wrongType({ expected, found }: Extract<Problem, { kind: 'wrong-type' }>): string {
  if (isDocument(found)) return 'Start of structure or map found where not expected.';
  if (Array.isArray(found)) return 'Start of list found where not expected.';
  if (expected === 'list') return 'Expected list or null';
  if (expected === 'structure' || expected === 'map') return 'Expected structure or null';
  const token =
    found === true ? 'TRUE' : found === false ? 'FALSE' : typeof found === 'number' ? 'NUMBER' : 'STRING';
  const type =
    expected === 'number' ? 'an Integer' : `a ${expected.charAt(0).toUpperCase()}${expected.slice(1)}`;
  return `${token}_VALUE can not be converted to ${type}`;
}

/**
 * Members that the schema does not know may be in an answer only inside a task definition or a service's deployment
 * configuration, where they were stored as they came in: that is how a field newer than the SDK looks.
 */
function isFromTheFuture(problem: Problem): boolean {
  return problem.kind === 'unknown' && /^taskDefinition\.|\bdeploymentConfiguration\./.test(problem.path);
}

function badReply({ operation }: Request, problems: readonly Problem[]): string {
  const list = problems.map((problem) => {
    if (problem.kind !== 'wrong-type') return `${problem.path} is ${problem.kind}`;
    return `${problem.path} is ${JSON.stringify(problem.found)?.slice(0, 80)}, not a ${problem.expected}`;
  });
  return `The local Fargate's own answer to ${operation} does not fit the SDK's schema: ${list.join('; ')}`;
}

/** A copy, which later changes of the handler's state don't reach. */
function withoutUndefined(output: Document): Document {
  const copy: Json = JSON.parse(JSON.stringify(output));
  return isDocument(copy) ? copy : {};
}
