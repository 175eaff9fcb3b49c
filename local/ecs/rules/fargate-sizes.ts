/**
 * The sizes of Fargate (documented): CPU units to the memory in MiB that goes with them. 32768 is documented but was
 * refused in a region where somebody tried it; here it is accepted, as the documentation has it.
 */
const memoryByCpu: Readonly<Record<number, readonly number[]>> = {
  256: [512, 1024, 2048],
  512: steps(1024, 4096, 1024),
  1024: steps(2048, 8192, 1024),
  2048: steps(4096, 16384, 1024),
  4096: steps(8192, 30720, 1024),
  8192: steps(16384, 61440, 4096),
  16384: steps(32768, 122880, 8192),
  32768: [61440, 122880, 249856],
};

export type Size =
  | { readonly kind: 'size'; readonly cpuUnits: number; readonly memoryMiB: number }
  | { readonly kind: 'invalid-cpu' }
  | { readonly kind: 'no-such-size' };

/** Reads `"256"` or `".25 vCPU"` and `"512"` or `"1 GB"` and says whether Fargate has the pair. */
export function fargateSize(cpu: string, memory: string): Size {
  const cpuUnits = unitsOf(cpu, /^(.*?)\s*vcpu$/i);
  const memoryMiB = unitsOf(memory, /^(.*?)\s*gb$/i);
  const memories = cpuUnits === undefined ? undefined : memoryByCpu[cpuUnits];
  if (cpuUnits === undefined || memories === undefined) return { kind: 'invalid-cpu' };
  if (memoryMiB === undefined || !memories.includes(memoryMiB)) return { kind: 'no-such-size' };
  return { kind: 'size', cpuUnits, memoryMiB };
}

function unitsOf(text: string, withUnit: RegExp): number | undefined {
  const inUnit = withUnit.exec(text.trim())?.[1];
  const units = inUnit === undefined ? Number(text.trim()) : Number(inUnit) * 1024;
  return Number.isInteger(units) && units > 0 ? units : undefined;
}

function steps(from: number, to: number, step: number): number[] {
  return Array.from({ length: (to - from) / step + 1 }, (_, index) => from + index * step);
}
