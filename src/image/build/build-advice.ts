import type { Instruction } from '../source/dockerfile.ts';
import type { ReadDockerfile } from '../source/find-dockerfile.ts';
import { hasBoth } from './failed-command.ts';

/** The account and region of the ECR that denies an image, where a line tells both. */
function placeDenied(line: string): { readonly account: string; readonly region: string } | undefined {
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
 * What to do when plain Docker has met what only BuildKit knows: it refuses that before it runs anything, in words that seldom
 * say so. Undefined: that wasn't it.
 */
export function needsBuildKit(
  lines: readonly string[],
  dockerfile: ReadDockerfile | undefined,
): string | undefined {
  if (lines.some((line) => line.includes('returned a non-zero code'))) return undefined;
  const own = dockerfile?.instructions.find(isForBuildKit);
  const isTold = lines.some((line) => /requires BuildKit/i.test(line));
  if (own === undefined && !isTold) return undefined;
  const what = own === undefined ? 'The Dockerfile' : `${shownInstruction(own)} (line ${own.line})`;
  return `${what} needs BuildKit, and this runner's Docker builds without it: install buildx before this step (docker/setup-buildx-action does).`;
}

/** Flags, here-documents and platform arguments that are documented as BuildKit's. */
function isForBuildKit({ keyword, rest }: Instruction): boolean {
  if (keyword === 'FROM') return /^--platform=\S*\$\{?(BUILD|TARGET)/.test(rest);
  if (keyword !== 'RUN' && keyword !== 'COPY' && keyword !== 'ADD') return false;
  return (
    /^(--\S+\s+)*--(mount|security|network|link|chmod|parents|exclude|checksum|keep-git-dir|unpack)\b/.test(
      rest,
    ) || /<<-?["']?[A-Za-z_]/.test(rest)
  );
}

/** What to do about a build that failed, where its output tells. */
export function adviceForBuild(lines: readonly string[]): string | undefined {
  const text = lines.join('\n');
  const place = lines.map(placeDenied).findLast((one) => one !== undefined);
  if (place !== undefined) {
    return `A base image is in ECR of account ${place.account} in ${place.region}, which denies this job to read it. The job's role needs ecr:GetAuthorizationToken, and ecr:BatchGetImage and ecr:GetDownloadUrlForLayer for that repository, whose own policy has to permit them too; or sign in to that registry with another role before this step.`;
  }
  if (lines.some(isAboutBaseImage)) {
    return 'The base image could not be pulled: check its name, and sign in to its registry before this step if it is private.';
  }
  if (/exec format error/i.test(text)) {
    return 'The image is built for another processor than the builder has: use a runner of that architecture, or set up QEMU before this step.';
  }
  if (/no space left on device/i.test(text)) return 'The disk of the runner is full.';
  return undefined;
}

/** An instruction, short enough for a headline. */
export function shownInstruction({ keyword, rest }: Instruction): string {
  const text = `${keyword} ${rest}`.replaceAll(/\s+/g, ' ');
  return text.length > 120 ? `${text.slice(0, 120)}...` : text;
}
