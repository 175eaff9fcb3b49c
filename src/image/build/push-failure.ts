import { Failure, type FailureCode } from '../../process/failure.ts';
import { type Broken, detailLines, endOf, hasBoth, tellingLine } from './failed-command.ts';

/** A push that failed, with the registry's reason told apart. */
export function failureOfPush({
  exitCode,
  lines,
  repository,
}: Broken & { readonly repository: string }): Failure {
  const reason = pushReasonIn(lines);
  return new Failure({
    code: reason?.code ?? 'push-failed',
    fault: reason === undefined ? 'aws' : 'yours',
    message: `The image is built, but cannot be pushed to ${repository} (${endOf(exitCode)}): ${tellingLine(lines)}`,
    advice: reason?.advice,
    detail: lines.slice(-detailLines),
  });
}

/** Why a registry refused a push, where its words tell. */
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
    // ECR's words (seen in real logs).
    isIn: (line) => /cannot be overwritten because the tag is immutable/i.test(line),
    advice:
      'The repository does not let a tag move. Remove moving tags (such as latest) from the input tags.',
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
      'The credentials need ecr:GetAuthorizationToken, and for this repository ecr:BatchCheckLayerAvailability, ecr:InitiateLayerUpload, ecr:UploadLayerPart, ecr:CompleteLayerUpload, ecr:PutImage and ecr:BatchGetImage.',
  },
];
