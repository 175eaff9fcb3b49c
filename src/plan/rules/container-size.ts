import { containersOf, type TaskDefinitionDocument } from '../../task-definition/document.ts';
import { numberIn } from '../../text/json.ts';
import { containerPlace, type Rule, type Violation } from './rule.ts';
import { sizeOf, sumOf } from './size.ts';

/** The shares of the task's CPU and memory that containers may take. */
export const containerSizeRules: readonly Rule<TaskDefinitionDocument>[] = [
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
        const place = `${containerPlace(container, index)}.memory`;
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
            place: `${containerPlace(container, index)}.memory`,
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
