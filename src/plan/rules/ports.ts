import type { TaskDefinitionDocument } from '../../task-definition/document.ts';
import { listIn, objectIn } from '../../text/json.ts';
import { forEachContainer, isEmpty, type Rule, violation } from './rule.ts';

/** ECS's and Fargate's rules for port mappings (documented). */
export const portRules: readonly Rule<TaskDefinitionDocument>[] = [
  forEachContainer('port-mappings', ({ container, place }) =>
    listIn(container.portMappings).flatMap((item, index) => {
      const { containerPort, containerPortRange, hostPort, name } = objectIn(item);
      const at = `${place}.portMappings[${index}]`;
      const isRange = !isEmpty(containerPortRange);
      // The local Fargate and users: 0 is taken for the container's own.
      const isOther =
        !isRange && typeof hostPort === 'number' && hostPort !== 0 && hostPort !== containerPort;
      return [
        ...(isRange && !(isEmpty(containerPort) && isEmpty(hostPort))
          ? violation(
              at,
              'containerPortRange',
              'A range of ports stands beside a containerPort or hostPort; it is given alone.',
              'Make the single port a mapping of its own, and leave hostPort out.',
            )
          : []),
        ...(isOther
          ? violation(
              at,
              'hostPort',
              `hostPort is ${hostPort} and containerPort ${JSON.stringify(containerPort ?? null)}; with awsvpc they are the same.`,
              'Leave hostPort out.',
            )
          : []),
        ...(typeof name === 'string' && !/^[a-z0-9_][a-z0-9_-]{0,63}$/.test(name)
          ? violation(
              at,
              'name',
              `name is ${JSON.stringify(name)}; it has up to 64 lowercase letters, digits, "_" and "-", and no "-" first.`,
              'Rename the port.',
            )
          : []),
      ];
    }),
  ),
  forEachContainer('port-range-count', ({ container, place }) => {
    const portRanges = listIn(container.portMappings).filter(
      (item) => !isEmpty(objectIn(item).containerPortRange),
    );
    return portRanges.length <= 100
      ? []
      : violation(
          place,
          'portMappings',
          `There are ${portRanges.length} ranges of ports; ECS takes 100.`,
          'Put neighbouring ranges together.',
        );
  }),
];
