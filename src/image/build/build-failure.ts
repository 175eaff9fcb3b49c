import { Failure } from '../../process/failure.ts';
import type { ReadDockerfile } from '../source/find-dockerfile.ts';
import { brokenInstruction } from './broken-instruction.ts';
import { adviceForBuild, needsBuildKit, shortInstruction } from './build-advice.ts';
import { describeExit, detailOf, errorLine, type FailedCommand } from './failed-command.ts';
import { failureOfPush } from './push-failure.ts';

/** A failed `docker build`: the fault is in the Dockerfile, its base image or a command in it. */
export function failureOfBuild({
  exitCode,
  lines,
  dockerfile,
  isClassic = false,
}: FailedCommand & {
  readonly dockerfile?: ReadDockerfile | undefined;
  /** Whether plain Docker built it. */
  readonly isClassic?: boolean;
}): Failure {
  const needed = isClassic ? needsBuildKit(lines, dockerfile) : undefined;
  const advice = needed ?? adviceForBuild(lines);
  const broken = dockerfile === undefined ? undefined : brokenInstruction(lines, dockerfile);
  if (dockerfile === undefined || broken === undefined) {
    return new Failure({
      code: 'build-failed',
      fault: 'yours',
      message: `The image can't be built (${describeExit(exitCode)}): ${errorLine(lines)}`,
      advice,
      detail: detailOf(lines, errorLine(lines)),
    });
  }
  const { line, instruction, printed } = broken;
  const where = `line ${line} of ${dockerfile.path}`;
  const what = instruction === undefined ? where : `${shortInstruction(instruction)} (${where})`;
  const code = lines.flatMap((one) => /(?:exit code: |non-zero code: )(\d+)/.exec(one)?.[1] ?? []).at(-1);
  const reason = reasonIn(lines);
  return new Failure({
    code: 'build-failed',
    fault: 'yours',
    message: `The image can't be built: ${what} ${code === undefined ? `failed: ${reason}` : `exited with code ${code}.`}`,
    advice,
    detail: detailOf(printed.length === 0 ? lines : printed, reason),
    place: { file: dockerfile.path, line },
  });
}

/** The error line without the prefixes of every failure of BuildKit. */
function reasonIn(lines: readonly string[]): string {
  return errorLine(lines).replace(
    /^(#\d+ )?(ERROR: |Error response from daemon: |failed to build: |failed to solve: |rpc error: code = \w+ desc = |failed to solve with frontend \S+: |failed to create LLB definition: )*/,
    '',
  );
}

/** One command of buildx builds and pushes; its output shows which half failed. */
export function failureOfBuildx(
  broken: FailedCommand & { readonly repository: string; readonly dockerfile?: ReadDockerfile | undefined },
): Failure {
  return isPushOfBuildx(broken.lines) ? failureOfPush(broken) : failureOfBuild(broken);
}

/**
 * Whether the push failed: BuildKit says `failed to push`; the engine's own builder pushes in a step of its own
 * (`#9 pushing ... with docker`), which then has the error. The text of the error doesn't show it: a base image may be
 * denied too.
 */
function isPushOfBuildx(lines: readonly string[]): boolean {
  if (lines.some((line) => /^(#\d+ )?ERROR: .*\bfailed to push\b/.test(line))) return true;
  const pushing = new Set(lines.flatMap((line) => /^#(\d+) pushing /.exec(line)?.[1] ?? []));
  return lines.some((line) => pushing.has(/^#(\d+) ERROR\b/.exec(line)?.[1] ?? ''));
}
