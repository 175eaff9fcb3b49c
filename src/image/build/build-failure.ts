import { Failure } from '../../process/failure.ts';
import type { ReadDockerfile } from '../source/find-dockerfile.ts';
import { brokenInstruction } from './broken-instruction.ts';
import { adviceForBuild, needsBuildKit, shownInstruction } from './build-advice.ts';
import { type Broken, detailLines, endOf, tellingLine } from './failed-command.ts';
import { failureOfPush } from './push-failure.ts';

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
  const what = instruction === undefined ? where : `${shownInstruction(instruction)} (${where})`;
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

/** The telling line without what every failure of BuildKit begins with. */
function reasonIn(lines: readonly string[]): string {
  return tellingLine(lines).replace(
    /^(#\d+ )?(ERROR: |Error response from daemon: |failed to build: |failed to solve: |rpc error: code = \w+ desc = |failed to solve with frontend \S+: |failed to create LLB definition: )*/,
    '',
  );
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
