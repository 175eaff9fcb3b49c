import { Failure } from '../../process/failure.ts';
import { parseReference } from '../../reference/image-reference.ts';
import { describeExit, detailOf, errorLine, type FailedCommand } from '../build/failed-command.ts';
import { pushReasonIn } from '../build/push-failure.ts';

/** The source image and the target repository of a copy. */
export interface CopyPlaces {
  /** With its digest or tag. */
  readonly from: string;
  readonly repository: string;
}

/**
 * A failed copy, with the side that refused it.
 * @param at `from` if the command only reads; otherwise the address in the error shows the side
 */
export function failureOfCopy(
  { exitCode, lines }: FailedCommand,
  places: CopyPlaces,
  at: 'from' | undefined,
): Failure {
  const { from, repository } = places;
  const line = errorLine(lines);
  const isReading = at === 'from' || isAbout(line, from);
  const reason = isReading ? pullReasonIn(lines) : pushReasonIn(lines);
  return new Failure({
    code: reason?.code ?? 'copy-failed',
    fault: reason === undefined ? 'aws' : 'yours',
    message: `${from} can't be ${isReading ? 'read to copy it' : 'copied'} to ${repository} (${describeExit(exitCode)}): ${line}`,
    advice: reason?.advice,
    detail: detailOf(lines, line),
  });
}

/** Reading the image is denied by its repository, perhaps of another account. */
export function pullDenied(from: string, said: string): Failure {
  return new Failure({
    code: 'pull-denied',
    fault: 'yours',
    message: `Reading ${from} is denied: ${said}`,
    advice: pullAdvice,
  });
}

const pullAdvice =
  "The credentials need ecr:GetAuthorizationToken, and ecr:BatchGetImage and ecr:GetDownloadUrlForLayer on the image's repository. If another account owns it, its policy has to allow both too.";

/** Whether an error is about the source: buildx names the address that it called, or starts with the missing image. */
function isAbout(line: string, image: string): boolean {
  const { registry = 'registry-1.docker.io', repository = '' } = parseReference(image) ?? {};
  return line.includes(`//${registry}/v2/${repository}/`) || line.startsWith(`ERROR: ${image}: `);
}

function pullReasonIn(lines: readonly string[]) {
  const text = lines.join('\n');
  if (/\bnot found\b|manifest unknown|name unknown/i.test(text)) {
    return {
      code: 'image-missing',
      advice: 'Check the input image. A lifecycle rule of the repository may have deleted it.',
    } as const;
  }
  return /\bdenied\b|not authorized|unauthorized|no basic auth|authentication required|403 Forbidden/i.test(
    text,
  )
    ? ({ code: 'pull-denied', advice: pullAdvice } as const)
    : undefined;
}
