import { Failure, type FailureCode } from '../../process/failure.ts';
import type { Instruction } from '../source/dockerfile.ts';
import type { ReadDockerfile } from '../source/find-dockerfile.ts';
import { brokenInstruction } from './broken-instruction.ts';

/** How a docker command went that did not go well. */
export interface Broken {
  readonly exitCode: number | undefined;
  readonly lines: readonly string[];
}

/** A `docker build` that failed: the Dockerfile, its base image or a command in it. */
export function failureOfBuild({
  exitCode,
  lines,
  dockerfile,
  isClassic = false,
}: Broken & {
  readonly dockerfile?: ReadDockerfile | undefined;
  /** Whether plain Docker has built it. */
  readonly isClassic?: boolean;
}): Failure {
  const needed = isClassic ? needsBuildKit(lines, dockerfile) : undefined;
  const advice = needed ?? adviceForBuild(lines);
  const broken = dockerfile === undefined ? undefined : brokenInstruction(lines, dockerfile);
  if (dockerfile === undefined || broken === undefined) {
    return new Failure({
      code: 'build-failed',
      fault: 'yours',
      message: `The image cannot be built (${endOf(exitCode)}): ${tellingLine(lines)}`,
      advice,
      detail: lines.slice(-detailLines),
    });
  }
  const { line, instruction, printed } = broken;
  const where = `line ${line} of ${dockerfile.path}`;
  const what = instruction === undefined ? where : `${shown(instruction)} (${where})`;
  const code = lines.flatMap((one) => /(?:exit code: |non-zero code: )(\d+)/.exec(one)?.[1] ?? []).at(-1);
  return new Failure({
    code: 'build-failed',
    fault: 'yours',
    message: `The image cannot be built: ${what} ${code === undefined ? `failed: ${reasonIn(lines)}` : `ended with exit code ${code}.`}`,
    advice,
    detail: printed.length === 0 ? lines.slice(-detailLines) : printed.slice(-detailLines),
    place: { file: dockerfile.path, line },
  });
}

/** An instruction, short enough for a headline. */
function shown({ keyword, rest }: Instruction): string {
  const text = `${keyword} ${rest}`.replaceAll(/\s+/g, ' ');
  return text.length > 120 ? `${text.slice(0, 120)}...` : text;
}

/** The telling line without what every failure of BuildKit begins with. */
function reasonIn(lines: readonly string[]): string {
  return tellingLine(lines).replace(
    /^(#\d+ )?(ERROR: |Error response from daemon: |failed to build: |failed to solve: |rpc error: code = \w+ desc = |failed to solve with frontend \S+: |failed to create LLB definition: )*/,
    '',
  );
}

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

/** One command of buildx does both; its output tells which half failed. */
export function failureOfBuildx(
  broken: Broken & { readonly repository: string; readonly dockerfile?: ReadDockerfile | undefined },
): Failure {
  return isPushOfBuildx(broken.lines) ? failureOfPush(broken) : failureOfBuild(broken);
}

/**
 * BuildKit says `failed to push`; the engine's own builder pushes in a step of its own (`#9 pushing ... with docker`),
 * which then has the error. The text of the error alone is no help: a base image may be denied as well.
 */
function isPushOfBuildx(lines: readonly string[]): boolean {
  if (lines.some((line) => /^(#\d+ )?ERROR: .*\bfailed to push\b/.test(line))) return true;
  const pushing = new Set(lines.flatMap((line) => /^#(\d+) pushing /.exec(line)?.[1] ?? []));
  return lines.some((line) => pushing.has(/^#(\d+) ERROR\b/.exec(line)?.[1] ?? ''));
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

/** One after the other. A single pattern with anything between them would look again from each place that has the first. */
function hasBoth(line: string, first: RegExp, then: RegExp): boolean {
  const at = line.search(first);
  return at !== -1 && then.test(line.slice(at));
}

/** Whose ECR denies an image, where a line tells both. */
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

/** Plain Docker refuses what only BuildKit knows before it runs anything, in words that seldom say so. */
function needsBuildKit(lines: readonly string[], dockerfile: ReadDockerfile | undefined): string | undefined {
  if (lines.some((line) => line.includes('returned a non-zero code'))) return undefined;
  const own = dockerfile?.instructions.find(isForBuildKit);
  const isTold = lines.some((line) => /requires BuildKit/i.test(line));
  if (own === undefined && !isTold) return undefined;
  const what = own === undefined ? 'The Dockerfile' : `${shown(own)} (line ${own.line})`;
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

function adviceForBuild(lines: readonly string[]): string | undefined {
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

/** The line that says most: the last that calls itself an error, else the last one. */
export function tellingLine(lines: readonly string[]): string {
  return (lines.findLast(isErrorLine) ?? lines.at(-1) ?? 'docker said nothing').trim();
}

function isErrorLine(line: string): boolean {
  return (
    /^(#\d+ )?(error|denied|unauthorized|name unknown|tag invalid)\b/i.test(line) ||
    /failed to |returned a non-zero code/.test(line)
  );
}

export function endOf(exitCode: number | undefined): string {
  return exitCode === undefined ? 'ended by a signal' : `exit code ${exitCode}`;
}

const detailLines = 30;
