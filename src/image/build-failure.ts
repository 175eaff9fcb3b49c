import { Failure, type FailureCode } from '../failure.ts';
import { brokenInstruction, type ReadDockerfile } from './broken-instruction.ts';
import type { Instruction } from './dockerfile.ts';

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
}: Broken & { readonly dockerfile?: ReadDockerfile | undefined }): Failure {
  const broken = dockerfile === undefined ? undefined : brokenInstruction(lines, dockerfile);
  if (dockerfile === undefined || broken === undefined) {
    return new Failure({
      code: 'build-failed',
      fault: 'yours',
      message: `The image cannot be built (${endOf(exitCode)}): ${tellingLine(lines)}`,
      advice: adviceForBuild(lines),
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
    advice: adviceForBuild(lines),
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

function isAboutBaseImage(line: string): boolean {
  return (
    /pull access denied|toomanyrequests|failed to resolve source metadata|manifest (unknown|not found)/i.test(
      line,
    ) || hasBoth(line, /manifest for /i, / (unknown|not found)/i)
  );
}

function adviceForBuild(lines: readonly string[]): string | undefined {
  const text = lines.join('\n');
  if (lines.some(isAboutBaseImage)) {
    return 'The base image could not be had: check its name, and sign in to its registry before this step if it is private.';
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
