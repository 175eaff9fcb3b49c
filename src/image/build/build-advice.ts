import type { Instruction } from '../source/dockerfile.ts';
import type { ReadDockerfile } from '../source/find-dockerfile.ts';
import { hasBoth } from './failed-command.ts';

/** The account and region of the ECR that denies an image, if a line names both. */
function denyingRegistry(line: string): { readonly account: string; readonly region: string } | undefined {
  if (
    !/\bdenied\b|403 Forbidden|401 Unauthorized|no basic auth|not authorized to perform: ecr:/i.test(line)
  ) {
    return undefined;
  }
  const host = /\b(?<account>\d{12})\.dkr[.-]ecr(?:-fips)?\.(?<region>[a-z0-9-]+)\./.exec(line);
  const arn = /\barn:aws[a-z-]*:ecr:(?<region>[a-z0-9-]+):(?<account>\d{12}):/.exec(line);
  const { account, region } = arn?.groups ?? host?.groups ?? {};
  return account === undefined || region === undefined ? undefined : { account, region };
}

function isAboutBaseImage(line: string): boolean {
  return (
    /pull access denied|toomanyrequests|failed to resolve source metadata|manifest (unknown|not found)/i.test(
      line,
    ) || hasBoth(line, /manifest for /i, / (unknown|not found)/i)
  );
}

/**
 * Advises on syntax that only BuildKit knows: plain Docker refuses it before it runs anything, and seldom says why.
 * Undefined: that isn't the cause.
 */
export function needsBuildKit(
  lines: readonly string[],
  dockerfile: ReadDockerfile | undefined,
): string | undefined {
  if (lines.some((line) => line.includes('returned a non-zero code'))) return undefined;
  const own = dockerfile?.instructions.find(isForBuildKit);
  const isStated = lines.some((line) => /requires BuildKit/i.test(line));
  if (own === undefined && !isStated) return undefined;
  const what = own === undefined ? 'The Dockerfile' : `${shortInstruction(own)} (line ${own.line})`;
  return `${what} needs BuildKit, and Docker on this runner builds without it. Install buildx before this step (docker/setup-buildx-action does).`;
}

/** Whether an instruction has flags, here-documents or platform arguments that are documented as BuildKit's. */
function isForBuildKit({ keyword, rest }: Instruction): boolean {
  if (keyword === 'FROM') return /^--platform=\S*\$\{?(BUILD|TARGET)/.test(rest);
  if (keyword !== 'RUN' && keyword !== 'COPY' && keyword !== 'ADD') return false;
  return (
    /^(--\S+\s+)*--(mount|security|network|link|chmod|parents|exclude|checksum|keep-git-dir|unpack)\b/.test(
      rest,
    ) || /<<-?["']?[A-Za-z_]/.test(rest)
  );
}

/** Advises on a failed build, if its output shows the cause. */
export function adviceForBuild(lines: readonly string[]): string | undefined {
  const text = lines.join('\n');
  const place = lines.map(denyingRegistry).findLast((one) => one !== undefined);
  if (place !== undefined) {
    return `A base image is in ECR of account ${place.account}, ${place.region}, which denies this job access. The job's role needs ecr:GetAuthorizationToken, and ecr:BatchGetImage and ecr:GetDownloadUrlForLayer on that repository, whose own policy has to allow both too. Or sign in to that registry with another role before this step.`;
  }
  if (lines.some(isAboutBaseImage)) {
    return 'Docker could not pull the base image. Check its name; if it is private, sign in to its registry before this step.';
  }
  if (/exec format error/i.test(text)) {
    return 'The image is for another processor than the builder has. Use a runner of that architecture, or register QEMU before this step (docker/setup-qemu-action).';
  }
  if (/no space left on device/i.test(text))
    return 'The disk of the builder is full. Free some space before this step, or use a runner with a larger disk.';
  return undefined;
}

/** An instruction, short enough for a headline. */
export function shortInstruction({ keyword, rest }: Instruction): string {
  const text = `${keyword} ${rest}`.replaceAll(/\s+/g, ' ');
  return text.length > 120 ? `${text.slice(0, 120)}...` : text;
}
