import type { BuildReport } from '../registry/provided-image.ts';

/** Reads a report from the output of a build. Pure. */
export function reportBuild(options: {
  readonly lines: readonly string[];
  /** Hides the secrets of the build. */
  readonly cover: (text: string) => string;
  readonly seconds: number;
  readonly size: BuildReport['size'];
  /** Whether the Dockerfile or the context has a `.dockerignore`. */
  readonly hasIgnoreFile: boolean;
}): BuildReport {
  const { lines, cover, seconds, size, hasIgnoreFile } = options;
  const steps = stepsOf(lines);
  const cached = steps.filter(({ isCached }) => isCached).length;
  const executed = cached === 0 ? [] : steps.filter(({ isCached }) => !isCached);
  const missed = executed[0]?.text;
  const contextBytes = contextOf(lines);
  return {
    seconds,
    pushSeconds: pushOf(lines),
    steps: steps.length,
    cached,
    missedAt: missed === undefined ? undefined : cover(missed),
    contextBytes,
    size,
    hints: hintsOf({ contextBytes, hasIgnoreFile, executed }).map(cover),
  };
}

interface Step {
  readonly text: string;
  readonly isCached: boolean;
}

/** BuildKit: `#5 [stage 2/3] RUN ...`, then `#5 CACHED`; the classic builder: `Step 2/3 : RUN ...`, then `Using cache`. */
function stepsOf(lines: readonly string[]): readonly Step[] {
  const cached = new Set(lines.flatMap((line) => /^#(\d+) CACHED$/.exec(line)?.[1] ?? []));
  const steps = new Map<string, Step>();
  for (const line of lines) {
    const [, number = '', name = '', text = ''] = /^#(\d+) \[([^\]]*)\] (.*)$/.exec(line) ?? [];
    // FROM fetches a base image; it executes nothing.
    if (/\d\/\d+$/.test(name) && !steps.has(number) && !text.startsWith('FROM ')) {
      steps.set(number, { text, isCached: cached.has(number) });
    }
  }
  if (steps.size > 0) return [...steps.values()];
  return lines.flatMap((line, index) => {
    const text = /^Step \d+\/\d+ : (.*)$/.exec(line)?.[1];
    if (text === undefined || /^(FROM|ARG|LABEL)\b/i.test(text)) return [];
    return { text, isCached: lines[index + 1]?.includes('Using cache') === true };
  });
}

/** The last size that it prints for each context, since it counts up. */
function contextOf(lines: readonly string[]): number | undefined {
  const sizes = new Map<string, number>();
  for (const line of lines) {
    const [, step = '', size = ''] =
      /^#(\d+) transferring context: ([\d.]+ ?[kKMGT]?i?B)\b/.exec(line) ??
      /^(Sending build context) to Docker daemon\s+([\d.]+ ?[kKMGT]?i?B)/.exec(line) ??
      [];
    if (step !== '') sizes.set(step, bytesOf(size));
  }
  return sizes.size === 0 ? undefined : [...sizes.values()].reduce((sum, size) => sum + size, 0);
}

function bytesOf(size: string): number {
  const [, number = '0', unit = ''] = /^([\d.]+) ?([kKMGT]?)/.exec(size) ?? [];
  return Math.round(Number(number) * 1000 ** ['', 'k', 'm', 'g', 't'].indexOf(unit.toLowerCase()));
}

/** `#9 pushing layers 1.2s done`, once per tag. */
function pushOf(lines: readonly string[]): number | undefined {
  const times = lines.flatMap((line) => {
    const time = /^#\d+ pushing (.*)s done$/.exec(line)?.[1]?.split(' ').at(-1) ?? '';
    return /^[\d.]+$/.test(time) ? time : [];
  });
  return times.length === 0 ? undefined : times.reduce((sum, time) => sum + Number(time), 0);
}

function hintsOf(found: {
  readonly contextBytes: number | undefined;
  readonly hasIgnoreFile: boolean;
  readonly executed: readonly Step[];
}): readonly string[] {
  const { contextBytes = 0, hasIgnoreFile, executed } = found;
  const missed = executed[0]?.text ?? '';
  const runsAfter = executed.some(({ text }) => text.startsWith('RUN '));
  return [
    ...(contextBytes > largeContext && !hasIgnoreFile
      ? [
          `The context is ${megabytes(contextBytes)}, and there is no .dockerignore. Add one that excludes what the image doesn't need (.git, node_modules, build results).`,
        ]
      : []),
    ...(runsAfter && /^(COPY|ADD) (--\S+ )*\.\/? /.test(missed)
      ? [
          `The cache misses from ${missed} on. Before it, copy only what seldom changes (the dependency list) and install that.`,
        ]
      : []),
  ];
}

export function megabytes(bytes: number): string {
  return bytes < 100_000 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

const largeContext = 50e6;
