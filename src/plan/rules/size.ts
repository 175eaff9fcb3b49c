import {
  type ContainerDocument,
  containersOf,
  platformOf,
  type TaskDefinitionDocument,
} from '../../task-definition/document.ts';
import { inMiB, inUnits } from '../../task-definition/size.ts';
import { type Json, numberIn, wordIn } from '../../text/json.ts';
import { placeOf } from './container-place.ts';
import { inWords, largestCpu, memoryByCpu, nearestSizes, type Size, windowsCpu } from './fargate-sizes.ts';
import type { Rule, Violation } from './rule.ts';

/** The size of the task and what its containers take of it. */
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
  {
    name: 'container-shares',
    check: (document) => [...checkCpuShares(document), ...checkMemoryShares(document)],
  },
  {
    // ECS takes equal values, although the text of its API says "greater" (AWS's guide and CDK were corrected).
    name: 'container-memory',
    check: (document) =>
      containersOf(document).flatMap((container, index): readonly Violation[] => {
        const { memory, memoryReservation } = container;
        const place = `${placeOf(container, index)}.memory`;
        if (typeof memory !== 'number') return [];
        if (memory < 6) {
          // Documented as what Docker needs; that ECS refuses less was not seen.
          const message = `memory is ${memory}; a container needs 6 MiB.`;
          return [{ severity: 'warning', place, message, fix: 'Set 6 or more.' }];
        }
        if (typeof memoryReservation !== 'number' || memory >= memoryReservation) return [];
        return [
          {
            place,
            message: `memory (${memory}) is less than memoryReservation (${memoryReservation}).`,
            fix: `Set memoryReservation to ${memory} or less, or leave it out.`,
          },
        ];
      }),
  },
];

/** Documented: the containers have no more CPU than the task. */
function checkCpuShares(document: TaskDefinitionDocument): readonly Violation[] {
  const size = sizeOf(document, 'cpu');
  const sum = sumOf(document, (container) => container.cpu);
  if (size === undefined || sum <= size) return [];
  return [
    {
      place: 'containerDefinitions[].cpu',
      message: `The containers have ${sum} of cpu in all; the task has ${size}.`,
      fix: `Give the containers less cpu, or the task ${sum} or more.`,
    },
  ];
}

/**
 * ECS refuses one container with more memory than the task, and reservations that are more than the task in all (seen by
 * users). Limits may be more in all: no refusal is known, and they say only when a container is killed.
 */
function checkMemoryShares(document: TaskDefinitionDocument): readonly Violation[] {
  const size = sizeOf(document, 'memory');
  if (size === undefined) return [];
  const larger = containersOf(document).flatMap((container, index): readonly Violation[] =>
    (numberIn(container.memory) ?? 0) <= size
      ? []
      : [
          {
            place: `${placeOf(container, index)}.memory`,
            message: `The container has ${numberIn(container.memory)} MiB of memory; the task has ${size}.`,
            fix: `Set it to ${size} or less.`,
          },
        ],
  );
  const reserved = sumOf(document, ({ memoryReservation }) => memoryReservation);
  if (reserved > size) {
    return [
      ...larger,
      {
        place: 'containerDefinitions[].memoryReservation',
        message: `The containers reserve ${reserved} MiB of memory in all; the task has ${size}.`,
        fix: `Reserve less, or give the task ${reserved} or more.`,
      },
    ];
  }
  const limits = sumOf(document, ({ memory, memoryReservation }) => memory ?? memoryReservation);
  if (limits <= size || larger.length > 0) return larger;
  return [
    {
      severity: 'warning',
      place: 'containerDefinitions[].memory',
      message: `The containers may use ${limits} MiB of memory in all; the task has ${size}, and ends when it is used up.`,
      fix: `Give the containers less memory, or the task ${limits} or more.`,
    },
  ];
}

function checkPair(document: TaskDefinitionDocument): readonly Violation[] {
  const size = taskSize(document);
  if (size === undefined) return [];
  const { cpuUnits, memoryMiB } = size;
  const isWindows = platformOf(document) === 'windows/amd64';
  const memories = isWindows && !windowsCpu.includes(cpuUnits) ? undefined : memoryByCpu.get(cpuUnits);
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
  const known = [...memoryByCpu.keys()].filter((cpu) => !isWindows || windowsCpu.includes(cpu));
  const least = known.find((cpu) => (memoryByCpu.get(cpu)?.at(-1) ?? 0) >= memoryMiB);
  return [
    {
      place: memories === undefined ? 'cpu' : 'memory',
      message:
        memories === undefined
          ? `Fargate has no cpu ${cpuUnits}${isWindows ? ' for Windows' : ''}; it has ${known.join(', ')}.`
          : `Fargate has no ${memoryMiB} MiB with cpu ${cpuUnits}, which allows ${inWords(memories)}${least === undefined || least <= cpuUnits ? '' : `; ${memoryMiB} needs cpu ${least} or more`}.`,
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

function sizeOf(document: TaskDefinitionDocument, member: 'cpu' | 'memory'): number | undefined {
  const text = wordIn((member === 'cpu' ? inUnits : inMiB)(document[member]));
  return /^\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;
}

function isGiven(document: TaskDefinitionDocument, member: string): boolean {
  return document[member] !== undefined && document[member] !== null && document[member] !== '';
}

/** Of a task definition for EC2, whose containers have sizes of their own. */
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

function sumOf(
  document: TaskDefinitionDocument,
  part: (container: ContainerDocument) => Json | undefined,
): number {
  return containersOf(document).reduce((sum, container) => sum + (numberIn(part(container)) ?? 0), 0);
}
