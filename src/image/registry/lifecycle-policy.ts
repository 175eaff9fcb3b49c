import { resolve } from 'node:path';
import { Failure } from '../../process/failure.ts';
import { NotReadable, readBounded } from '../../process/read-file.ts';
import { isJsonObject, type Json, listIn } from '../../text/json.ts';

/** The value of the input `lifecycle-policy` that stands for our own policy instead of a file. */
const standardPolicy = 'standard';

/**
 * Reads the text of a lifecycle policy, as ECR takes it.
 *
 * @param value `standard`, or a file with a policy in ECR's own form
 * @throws Failure input-invalid
 */
export async function readLifecyclePolicy(value: string, workspace: string): Promise<string> {
  if (value === standardPolicy) return JSON.stringify(standard);
  const bytes = await readBounded(resolve(workspace, value), mostBytes).catch((cause: unknown) => {
    if (cause instanceof NotReadable) throw invalid(`${value} ${cause.message}`, cause);
    throw invalid(`${value} can't be read; set ${standardPolicy} or a file of the checkout`, cause);
  });
  const text = bytes.toString();
  if (!hasRules(text)) throw invalid(`${value} is not a lifecycle policy (JSON with a list of rules)`);
  return text;
}

/** ECR takes 30,720 characters (documented). */
const mostBytes = 64 * 1024;

function hasRules(text: string): boolean {
  try {
    const policy: Json = JSON.parse(text);
    return isJsonObject(policy) && listIn(policy['rules']).length > 0;
  } catch {
    return false;
  }
}

/**
 * Every image that this action builds has a tag of its own, so nothing that these rules expire can be running: caches of
 * builds, and images that lost their tag to a newer one. ECR spares the parts of an index it still has (documented). A rule
 * that counts tagged images could expire one that a service runs or rolls back to.
 */
const standard = {
  rules: [
    {
      rulePriority: 1,
      description: 'Build caches that nothing has written for a month',
      selection: {
        tagStatus: 'tagged',
        tagPrefixList: ['buildcache-'],
        countType: 'sinceImagePushed',
        countUnit: 'days',
        countNumber: 30,
      },
      action: { type: 'expire' },
    },
    {
      rulePriority: 2,
      description: 'Untagged images',
      selection: { tagStatus: 'untagged', countType: 'sinceImagePushed', countUnit: 'days', countNumber: 7 },
      action: { type: 'expire' },
    },
  ],
};

function invalid(problem: string, cause?: unknown): Failure {
  return new Failure({
    code: 'input-invalid',
    fault: 'yours',
    message: `lifecycle-policy: ${problem}.`,
    cause,
  });
}
