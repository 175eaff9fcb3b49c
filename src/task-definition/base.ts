import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { call } from '../aws/call.ts';
import { describeTaskDefinition } from '../aws/document.ts';
import { kindOf } from '../aws/errors.ts';
import { isJsonObject } from '../aws/json.ts';
import { Failure } from '../failure.ts';
import { calling, type Run } from '../run.ts';
import type { ServiceSeen } from '../service/look.ts';
import { fromDescribed, type TaskDefinitionDocument } from './document.ts';
import { classify, loadFile } from './load.ts';

/** What a service's next task definition starts from. */
export interface Base {
  readonly document: TaskDefinitionDocument;
  /** The revision that the document is; undefined for a file. */
  readonly arn: string | undefined;
}

/**
 * Reads the task definition to start from: what the input names, else what the service runs.
 * @throws Failure task-definition-missing, task-definition-unreadable, task-definition-invalid
 */
export async function readBase(asked: string | undefined, run: Run, seen: ServiceSeen): Promise<Base> {
  if (asked === undefined) return { document: seen.taskDefinition, arn: seen.taskDefinitionArn };
  const isFile = (path: string): boolean => {
    const full = resolve(run.workspace, path);
    return existsSync(full) && statSync(full).isFile();
  };
  const source = classify(asked, isFile);
  if (source.kind === 'file') return { document: await loadFile(source.path, run.workspace), arn: undefined };
  const { reference } = source;
  const described = await call(calling(run), 'ecs:DescribeTaskDefinition', () =>
    describeTaskDefinition(run.aws.ecs, reference),
  ).catch((error: unknown) => {
    if (kindOf(error) !== 'refused') throw error;
    throw new Failure({
      code: 'task-definition-missing',
      fault: 'yours',
      message: `There is no task definition ${reference} in this account and region, and no file of that name.`,
      cause: error,
    });
  });
  return { document: fromDescribed(described), arn: arnOf(described.taskDefinition) };
}

/** The ARN of a task definition as ECS describes it. */
export function arnOf(taskDefinition: unknown): string | undefined {
  const arn = isJsonObject(taskDefinition) ? taskDefinition.taskDefinitionArn : undefined;
  return typeof arn === 'string' ? arn : undefined;
}
