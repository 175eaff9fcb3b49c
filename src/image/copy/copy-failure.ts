import { Failure } from '../../process/failure.ts';
import { parseReference } from '../../reference/image-reference.ts';
import { type Broken, endOf, tellingLine } from '../build/failed-command.ts';
import { pushReasonIn } from '../build/push-failure.ts';

/** Of a copy: from which image, into which repository. */
export interface CopyPlaces {
  /** With its digest or tag. */
  readonly from: string;
  readonly repository: string;
}

/**
 * A copy that failed, on the side that refused it.
 * @param at `from` where the command only reads; else the address in the error tells which side it was
 */
export function failureOfCopy(
  { exitCode, lines }: Broken,
  places: CopyPlaces,
  at: 'from' | undefined,
): Failure {
  const { from, repository } = places;
  const line = tellingLine(lines);
  const isReading = at === 'from' || isAbout(line, from);
  const reason = isReading ? pullReasonIn(lines) : pushReasonIn(lines);
  return new Failure({
    code: reason?.code ?? 'copy-failed',
    fault: reason === undefined ? 'aws' : 'yours',
    message: `${from} cannot be ${isReading ? 'read to be copied' : 'copied'} to ${repository} (${endOf(exitCode)}): ${line}`,
    advice: reason?.advice,
    detail: lines.slice(-30),
  });
}

/** The image may not be read: its repository, perhaps of another account, does not permit it. */
export function pullDenied(from: string, said: string): Failure {
  return new Failure({
    code: 'pull-denied',
    fault: 'yours',
    message: `${from} may not be read: ${said}`,
    advice: pullAdvice,
  });
}

const pullAdvice =
  'The credentials need ecr:GetAuthorizationToken, and ecr:BatchGetImage and ecr:GetDownloadUrlForLayer for the repository of the image; one of another account has to permit them in its own policy too.';

/** buildx names the address that it asked, or begins with the image that is not there. */
function isAbout(line: string, image: string): boolean {
  const { registry = 'registry-1.docker.io', repository = '' } = parseReference(image) ?? {};
  return line.includes(`//${registry}/v2/${repository}/`) || line.startsWith(`ERROR: ${image}: `);
}

function pullReasonIn(lines: readonly string[]) {
  const text = lines.join('\n');
  if (/\bnot found\b|manifest unknown|name unknown/i.test(text)) {
    return {
      code: 'image-missing',
      advice: 'Check the input image; a lifecycle rule of the repository may have deleted it.',
    } as const;
  }
  return /\bdenied\b|not authorized|unauthorized|no basic auth|authentication required|403 Forbidden/i.test(
    text,
  )
    ? ({ code: 'pull-denied', advice: pullAdvice } as const)
    : undefined;
}
