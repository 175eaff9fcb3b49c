import {
  type ContainerDocument,
  containersOf,
  normalizeCpu,
  normalizeMemory,
  platformOf,
  type TaskDefinitionDocument,
} from '../../task-definition/document.ts';
import { type Json, numberIn, wordIn } from '../../text/json.ts';
import type { Rule, Violation } from './rule.ts';

/** A size that Fargate may have: CPU units and MiB. */
export interface Size {
  readonly cpuUnits: number;
  readonly memoryMiB: number;
}

/** Fargate's rules for the size of a task. */
export const sizeRules: readonly Rule<TaskDefinitionDocument>[] = [
  {
    // ECS says: "Fargate requires that 'cpu' be defined at the task level."
    name: 'size-missing',
    check: (document) =>
      (['cpu', 'memory'] as const).flatMap((member) =>
        isGiven(document, member)
          ? []
          : [
              {
                place: member,
                message: `Fargate needs ${member} at the task level; the containers' own is not enough.`,
                fix: suggestion(document, member),
              },
            ],
      ),
  },
  {
    name: 'size-unreadable',
    check: (document) =>
      (['cpu', 'memory'] as const).flatMap((member) => {
        if (!isGiven(document, member) || sizeOf(document, member) !== undefined) return [];
        const unit = member === 'cpu' ? 'units (512) or vCPUs (.5 vCPU)' : 'MiB (1024) or GB (1 GB)';
        return [
          {
            place: member,
            message: `${member} is ${JSON.stringify(document[member])}; it is written in ${unit}.`,
            fix: `Write ${member} in ${unit}.`,
          },
        ];
      }),
  },
  { name: 'fargate-size', check: checkPair },
];

function checkPair(document: TaskDefinitionDocument): readonly Violation[] {
  const size = taskSize(document);
  if (size === undefined) return [];
  const { cpuUnits, memoryMiB } = size;
  // CPU counts 1024 units per vCPU (documented). The smallest size has 256 units, so a smaller number means vCPUs.
  if (cpuUnits <= 16 && memoryByCpu.has(cpuUnits * 1024)) {
    const vcpu = String(cpuUnits).replace(/^0/, '');
    return [
      {
        place: 'cpu',
        message: `cpu ${cpuUnits} is in CPU units, 1024 of which are one vCPU; Fargate has at least 256.`,
        fix: `Use ${vcpu} vCPU, or ${cpuUnits * 1024}.`,
      },
    ];
  }
  const isWindows = platformOf(document) === 'windows/amd64';
  const memories = isWindows && !windowsCpu.has(cpuUnits) ? undefined : memoryByCpu.get(cpuUnits);
  if (memories?.includes(memoryMiB) === true) return [];
  if (cpuUnits > largestCpu && !isWindows) {
    return [
      {
        severity: 'warning',
        place: 'cpu',
        message: `cpu ${cpuUnits} is larger than every size that this action knows (${largestCpu}); whether Fargate has it with ${memoryMiB} MiB in this region is told when it is registered.`,
      },
    ];
  }
  const choices = nearestSizes(size, isWindows).map(
    (one) => `cpu ${one.cpuUnits} with memory ${one.memoryMiB}`,
  );
  const known = [...memoryByCpu.keys()].filter((cpu) => !isWindows || windowsCpu.has(cpu));
  const least = known.find((cpu) => (memoryByCpu.get(cpu)?.at(-1) ?? 0) >= memoryMiB);
  return [
    {
      place: memories === undefined ? 'cpu' : 'memory',
      message:
        memories === undefined
          ? `Fargate has no cpu ${cpuUnits}${isWindows ? ' for Windows' : ''}; it has ${known.join(', ')}.`
          : `Fargate has no ${memoryMiB} MiB with cpu ${cpuUnits}, which allows ${rangeOf(memories)}${least === undefined || least <= cpuUnits ? '' : `; ${memoryMiB} needs cpu ${least} or more`}.`,
      fix: `Use ${choices.join(', or ')}.`,
    },
  ];
}

/** The task's size; undefined when a part of it is missing or can't be read. */
export function taskSize(document: TaskDefinitionDocument): Size | undefined {
  const cpuUnits = sizeOf(document, 'cpu');
  const memoryMiB = sizeOf(document, 'memory');
  return cpuUnits === undefined || memoryMiB === undefined ? undefined : { cpuUnits, memoryMiB };
}

/** The task's CPU in units or its memory in MiB; undefined when it is missing or can't be read. */
export function sizeOf(document: TaskDefinitionDocument, member: 'cpu' | 'memory'): number | undefined {
  const text = wordIn((member === 'cpu' ? normalizeCpu : normalizeMemory)(document[member]));
  return /^\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;
}

function isGiven(document: TaskDefinitionDocument, member: string): boolean {
  return document[member] !== undefined && document[member] !== null && document[member] !== '';
}

/** Suggests a size for a task definition written for EC2, from the sizes of its containers. */
function suggestion(document: TaskDefinitionDocument, member: 'cpu' | 'memory'): string {
  const cpu = sumOf(document, (container) => container.cpu);
  const memory = sumOf(document, (container) => container.memory ?? container.memoryReservation);
  const wanted = {
    cpuUnits: Math.max(sizeOf(document, 'cpu') ?? cpu, 256),
    memoryMiB: Math.max(sizeOf(document, 'memory') ?? memory, 512),
  };
  const sizes = nearestSizes(wanted, platformOf(document) === 'windows/amd64');
  const fits = sizes.at(-1) ?? wanted;
  return `Set ${member} to ${member === 'cpu' ? fits.cpuUnits : fits.memoryMiB}, for example (cpu ${fits.cpuUnits} with memory ${fits.memoryMiB}).`;
}

/** Adds up a number over all containers. */
export function sumOf(
  document: TaskDefinitionDocument,
  part: (container: ContainerDocument) => Json | undefined,
): number {
  return containersOf(document).reduce((sum, container) => sum + (numberIn(part(container)) ?? 0), 0);
}

/**
 * Memory by CPU, in MiB (documented; all pairs up to 16384 units were tried out by a user, and those between them
 * refused). 32768 units are documented and were refused where somebody tried them, so they are not in this table:
 * whatever is larger than it is left to AWS.
 */
const memoryByCpu: ReadonlyMap<number, readonly number[]> = new Map([
  [256, [512, 1024, 2048]],
  [512, steps(1024, 4096, 1024)],
  [1024, steps(2048, 8192, 1024)],
  [2048, steps(4096, 16_384, 1024)],
  [4096, steps(8192, 30_720, 1024)],
  [8192, steps(16_384, 61_440, 4096)],
  [16_384, steps(32_768, 122_880, 8192)],
]);

/** Windows needs a whole vCPU, and has four at most (documented). */
const windowsCpu: ReadonlySet<number> = new Set([1024, 2048, 4096]);

const largestCpu = 16_384;

/** The sizes with that CPU and the memory nearest to the one wanted, and with that memory and the least CPU for it. */
function nearestSizes({ cpuUnits, memoryMiB }: Size, isWindows: boolean): readonly Size[] {
  const sizes = [...memoryByCpu].filter(([cpu]) => !isWindows || windowsCpu.has(cpu));
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
function rangeOf(memories: readonly number[]): string {
  if (memories.length <= 3) return memories.join(', ');
  const [first = 0, second = 0] = memories;
  return `${first} to ${memories.at(-1) ?? 0} in steps of ${second - first}`;
}

/** Prefers the larger of two that are as near: less than requested can fail. */
function nearest(choices: readonly number[], wanted: number): number {
  return choices.reduce(
    (best, choice) => (Math.abs(choice - wanted) <= Math.abs(best - wanted) ? choice : best),
    choices[0] ?? 0,
  );
}

function steps(from: number, to: number, step: number): readonly number[] {
  return Array.from({ length: (to - from) / step + 1 }, (_, index) => from + index * step);
}
