/** A size that Fargate may have: CPU units and MiB. */
export interface Size {
  readonly cpuUnits: number;
  readonly memoryMiB: number;
}

/**
 * Memory by CPU, in MiB (documented; all pairs up to 16384 units were tried out by a user, and those between them
 * refused). 32768 units are documented and were refused where somebody tried them, so they are not in this table:
 * whatever is larger than it is left to AWS.
 */
export const memoryByCpu: ReadonlyMap<number, readonly number[]> = new Map([
  [256, [512, 1024, 2048]],
  [512, steps(1024, 4096, 1024)],
  [1024, steps(2048, 8192, 1024)],
  [2048, steps(4096, 16_384, 1024)],
  [4096, steps(8192, 30_720, 1024)],
  [8192, steps(16_384, 61_440, 4096)],
  [16_384, steps(32_768, 122_880, 8192)],
]);

/** Windows needs a whole vCPU, and has four at most (documented). */
export const windowsCpu: readonly number[] = [1024, 2048, 4096];

export const largestCpu = 16_384;

/** The sizes with that CPU and the memory nearest to the one wanted, and with that memory and the least CPU for it. */
export function nearestSizes({ cpuUnits, memoryMiB }: Size, isWindows: boolean): readonly Size[] {
  const sizes = [...memoryByCpu].filter(([cpu]) => !isWindows || windowsCpu.includes(cpu));
  const cpus = sizes.map(([cpu]) => cpu);
  const nearestCpu = nearest(cpus, cpuUnits);
  const withCpu = { cpuUnits: nearestCpu, memoryMiB: nearest(memoryByCpu.get(nearestCpu) ?? [], memoryMiB) };
  // Enough of both is what somebody asked for.
  const withMemory = sizes.flatMap(([cpu, memories]) => {
    const enough = memories.find((memory) => memory >= memoryMiB);
    return cpu < cpuUnits || enough === undefined ? [] : [{ cpuUnits: cpu, memoryMiB: enough }];
  })[0];
  const isSame = withMemory?.cpuUnits === withCpu.cpuUnits && withMemory.memoryMiB === withCpu.memoryMiB;
  return withMemory === undefined || isSame ? [withCpu] : [withCpu, withMemory];
}

/** `1024 to 4096 in steps of 1024`, or a short list. */
export function inWords(memories: readonly number[]): string {
  if (memories.length <= 3) return memories.join(', ');
  const [first = 0, second = 0] = memories;
  return `${first} to ${memories.at(-1) ?? 0} in steps of ${second - first}`;
}

/** Of two that are as near, the larger: less than was asked for can fail. */
function nearest(choices: readonly number[], wanted: number): number {
  return choices.reduce(
    (best, choice) => (Math.abs(choice - wanted) <= Math.abs(best - wanted) ? choice : best),
    choices[0] ?? 0,
  );
}

function steps(from: number, to: number, step: number): readonly number[] {
  return Array.from({ length: (to - from) / step + 1 }, (_, index) => from + index * step);
}
