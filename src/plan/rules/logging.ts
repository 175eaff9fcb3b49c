import {
  type ContainerDocument,
  containersOf,
  type TaskDefinitionDocument,
} from '../../task-definition/document.ts';
import { listIn, objectIn, textIn, wordIn } from '../../text/json.ts';
import { severityOf } from './enum-values.ts';
import { containerPlace, isEmpty, type Rule, type Violation } from './rule.ts';

/** Fargate's rules for logging (documented). */
export const loggingRules: readonly Rule<TaskDefinitionDocument>[] = [
  forEachLogging('log-driver', (driver, _options, place) => {
    if (onFargate.includes(driver)) return [];
    const isKnown = onEc2.has(driver);
    return [
      {
        severity: isKnown || driver === '' ? 'problem' : 'warning',
        place: `${place}.logDriver`,
        message: `logDriver is ${JSON.stringify(driver)}; Fargate has ${onFargate.join(', ')}.`,
        fix: 'Use awslogs, or awsfirelens with a container of Fluent Bit for all other destinations.',
      },
    ];
  }),
  forEachLogging('awslogs-options', (driver, options, place) => {
    if (driver !== 'awslogs') return [];
    const missing = [
      ...['awslogs-group', 'awslogs-region'].filter((option) => wordIn(options[option]) === ''),
      // ECS takes an empty prefix: what it wants is the option (seen by a user).
      ...['awslogs-stream-prefix'].filter((option) => (options[option] ?? undefined) === undefined),
    ];
    return [
      ...missing.map(
        (option): Violation => ({
          place: `${place}.options.${option}`,
          message: `${option} is missing; Fargate needs it for awslogs.`,
          fix: `Set it, for example by log-configuration-options: ${option}=...`,
        }),
      ),
      ...(options['awslogs-datetime-format'] !== undefined &&
      options['awslogs-multiline-pattern'] !== undefined
        ? [
            {
              place: `${place}.options`,
              message: 'awslogs-datetime-format and awslogs-multiline-pattern exclude each other.',
              fix: 'Keep one of the two.',
            },
          ]
        : []),
      ...(options.mode === undefined || options.mode === 'blocking' || options.mode === 'non-blocking'
        ? []
        : [
            {
              place: `${place}.options.mode`,
              message: `mode is ${JSON.stringify(options.mode)}; it is blocking or non-blocking.`,
              fix: 'Use non-blocking, so that a delay of CloudWatch does not stop the application.',
            },
          ]),
    ];
  }),
  {
    name: 'firelens',
    check: (document) => {
      const containers = containersOf(document);
      const routers = containers.filter(isRouter);
      return containers.flatMap((container, index) => {
        const place = containerPlace(container, index);
        const { type, options } = objectIn(container.firelensConfiguration);
        const configType = objectIn(options)['config-file-type'];
        const routerSeverity = !isRouter(container)
          ? undefined
          : isEmpty(type)
            ? 'problem'
            : severityOf(type, ['fluentbit', 'fluentd']);
        const usesRouter = objectIn(container.logConfiguration).logDriver === 'awsfirelens';
        return [
          ...(usesRouter && routers.length === 0
            ? [
                {
                  place: `${place}.logConfiguration.logDriver`,
                  message:
                    'awsfirelens needs a container with a firelensConfiguration; no container has one.',
                  fix: 'Add one of Fluent Bit with firelensConfiguration {"type": "fluentbit"}.',
                },
              ]
            : []),
          ...(routerSeverity !== undefined
            ? [
                {
                  severity: routerSeverity,
                  place: `${place}.firelensConfiguration.type`,
                  message: `type is ${JSON.stringify(type ?? null)}; it is fluentbit or fluentd.`,
                  fix: 'Use fluentbit.',
                },
              ]
            : []),
          ...(configType === undefined || configType === 'file'
            ? []
            : [
                {
                  place: `${place}.firelensConfiguration.options.config-file-type`,
                  message: `config-file-type is ${JSON.stringify(configType)}; Fargate has file only.`,
                  fix: 'Put the file into the image, and set config-file-type to file.',
                },
              ]),
        ];
      });
    },
  },
  {
    name: 'firelens-count',
    check: (document) => {
      const routers = containersOf(document).filter(isRouter);
      return routers.length <= 1
        ? []
        : [
            {
              place: 'containerDefinitions',
              message: `${routers.map(({ name }) => textIn(name)).join(', ')} have a firelensConfiguration; a task has one such container.`,
              fix: 'Keep one of them.',
            },
          ];
    },
  },
];

function isRouter({ firelensConfiguration }: ContainerDocument): boolean {
  return !isEmpty(firelensConfiguration);
}

const onFargate = ['awslogs', 'awsfirelens', 'splunk'];
/** Drivers of ECS on EC2 only. */
const onEc2 = new Set(['fluentd', 'gelf', 'journald', 'json-file', 'logentries', 'none', 'syslog']);

function forEachLogging(
  name: string,
  check: (driver: string, options: ReturnType<typeof objectIn>, place: string) => readonly Violation[],
): Rule<TaskDefinitionDocument> {
  return {
    name,
    check: (document) =>
      listIn(document.containerDefinitions).flatMap((item, index) => {
        const container = objectIn(item);
        if (container.logConfiguration === undefined || container.logConfiguration === null) return [];
        const { logDriver, options } = objectIn(container.logConfiguration);
        return check(
          wordIn(logDriver),
          objectIn(options),
          `${containerPlace(container, index)}.logConfiguration`,
        );
      }),
  };
}
