import { resolve } from 'node:path';
import { Failure } from '../process/failure.ts';
import { NotReadable, readTextBounded } from '../process/read-file.ts';
import type { TaskDefinitionDocument } from './document.ts';
import { parseTaskDefinition } from './parse.ts';

/** The source of the task definition that the input names. */
export type Source =
  /** As it was written, relative to the workspace or absolute. */
  | { readonly kind: 'file'; readonly path: string }
  /** A family (its newest active revision), `family:revision` or an ARN: what DescribeTaskDefinition takes. */
  | { readonly kind: 'reference'; readonly reference: string };

/**
 * Decides what the input `task-definition` names: a file that exists, else something registered in ECS.
 * @param isFile whether the workspace has a file (not a folder: one may be named as the family is) of that path
 * @throws Failure task-definition-missing, task-definition-invalid
 */
export function classify(input: string, isFile: (path: string) => boolean): Source {
  if (isFile(input)) return { kind: 'file', path: input };
  if (isArnOfTaskDefinition(input) || isFamily(input)) return { kind: 'reference', reference: input };
  if (looksLikePath(input)) {
    throw new Failure({
      code: 'task-definition-missing',
      fault: 'yours',
      message: `There is no task definition file ${input}.`,
      advice:
        'The path counts from the root of the workspace. Does the job check out the repository before this step?',
    });
  }
  throw new Failure({
    code: 'task-definition-invalid',
    fault: 'yours',
    message: `The input task-definition is neither a file, nor a family, family:revision or ARN of a task definition: ${input}`,
    advice: 'A family has up to 255 letters, digits, hyphens and underscores.',
  });
}

/**
 * Reads a task definition file, JSON or YAML.
 * @throws Failure task-definition-missing, task-definition-unreadable
 */
export async function loadFile(path: string, workspace: string): Promise<TaskDefinitionDocument> {
  const text = await readTextBounded(resolve(workspace, path), mostBytes).catch((cause: unknown) => {
    if (cause instanceof NotReadable) {
      throw new Failure({
        code: 'task-definition-unreadable',
        fault: 'yours',
        message: `The task definition ${path} cannot be used: it ${cause.message}.`,
        advice: 'Name a file in UTF-8; ECS takes task definitions of up to 64 KiB.',
      });
    }
    throw new Failure({
      code: 'task-definition-missing',
      fault: 'yours',
      message: `The task definition file ${path} cannot be read.`,
      cause,
    });
  });
  return parseTaskDefinition(text, path);
}

/** Four times what ECS takes (documented: 64 KiB), for comments and indents. */
const mostBytes = 256 * 1024;

/** Every partition has a prefix of its own: aws, aws-cn, aws-us-gov and others (documented). */
function isArnOfTaskDefinition(input: string): boolean {
  return /^arn:aws[a-z-]*:ecs:[a-z0-9-]+:\d{12}:task-definition\/[A-Za-z0-9_-]{1,255}(:\d+)?$/.test(input);
}

/** Up to 255 letters, digits, hyphens and underscores (documented). */
function isFamily(input: string): boolean {
  return /^[A-Za-z0-9_-]{1,255}(:\d+)?$/.test(input);
}

function looksLikePath(input: string): boolean {
  return !input.startsWith('arn:') && (/[/\\]/.test(input) || /\.(json|ya?ml)$/i.test(input));
}
