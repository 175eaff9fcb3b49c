import { Failure, type FailureCode } from '../../process/failure.ts';
import { describeExit, detailOf, errorLine, type FailedCommand, hasBoth } from './failed-command.ts';

/** A failed push, by the registry's reason. */
export function failureOfPush({
  exitCode,
  lines,
  repository,
}: FailedCommand & { readonly repository: string }): Failure {
  const reason = pushReasonIn(lines);
  const line = errorLine(lines);
  return new Failure({
    code: reason?.code ?? 'push-failed',
    fault: reason === undefined ? 'aws' : 'yours',
    message: `The image was built, but can't be pushed to ${repository} (${describeExit(exitCode)}): ${line}`,
    advice: reason?.advice,
    detail: detailOf(lines, line),
  });
}

/** Why a registry refused a push, if its words say so. */
export function pushReasonIn(lines: readonly string[]): Omit<PushReason, 'isIn'> | undefined {
  return pushReasons.find(({ isIn }) => lines.some(isIn));
}

interface PushReason {
  readonly code: FailureCode;
  readonly isIn: (line: string) => boolean;
  readonly advice: string;
}

/** In this order: ECR's "does not exist" comes with "name unknown", and a denial may name the repository too. */
const pushReasons: readonly PushReason[] = [
  {
    code: 'image-tag-immutable',
    // ECR's words (observed in real logs).
    isIn: (line) => /cannot be overwritten because the tag is immutable/i.test(line),
    advice: 'Tags of the repository are immutable. Remove moving tags (such as latest) from the input tags.',
  },
  {
    code: 'repository-missing',
    isIn: (line) =>
      /name unknown|NAME_UNKNOWN/i.test(line) || hasBoth(line, /repository with name /i, / does not exist/i),
    advice: 'Create the repository, or correct the input repository and the region.',
  },
  {
    code: 'push-denied',
    isIn: (line) =>
      /\bdenied\b|not authorized to perform|unauthorized|no basic auth credentials|authentication required|40[13] (Unauthorized|Forbidden)/i.test(
        line,
      ),
    advice:
      'The credentials need ecr:GetAuthorizationToken, and on this repository ecr:BatchCheckLayerAvailability, ecr:InitiateLayerUpload, ecr:UploadLayerPart, ecr:CompleteLayerUpload, ecr:PutImage and ecr:BatchGetImage.',
  },
];
