import { type Json, listIn, numberIn, objectIn, wordIn } from '../aws/json.ts';
import {
  type ContainerDocument,
  containerNamed,
  containersOf,
  type TaskDefinitionDocument,
} from '../task-definition/document.ts';
import { isSecretReference } from '../task-definition/secret-value.ts';
import { placeOf } from './container-place.ts';
import type { Rule, Violation } from './rule.ts';
import { isEmpty } from './task.ts';

/** One container with its place and the task that it is in. */
interface Container {
  readonly container: ContainerDocument;
  /** Among all of them. */
  readonly index: number;
  readonly place: string;
  readonly document: TaskDefinitionDocument;
}

/** What Fargate demands of each container (documented unless it is said otherwise). */
export const containerRules: readonly Rule<TaskDefinitionDocument>[] = [
  ofEach('container-name', ({ container, index: own, place, document }) => {
    const name = wordIn(container.name);
    if (!/^[A-Za-z0-9_-]{1,255}$/.test(name)) {
      return violation(
        place,
        'name',
        `name is ${JSON.stringify(container.name ?? null)}; it has up to 255 letters, digits, hyphens and underscores.`,
        'Name the container.',
      );
    }
    const first = containersOf(document).findIndex((one) => one.name === name);
    return first === own ? [] : violation(place, 'name', `There are two containers ${name}.`, 'Rename one.');
  }),
  ofEach('container-image', ({ container, place }) => {
    const image = wordIn(container.image);
    if (image === '') return violation(place, 'image', 'There is no image.', 'Name an image.');
    const [name = '', digest] = image.split('@');
    if (name.length > 255)
      return violation(
        place,
        'image',
        `The image has ${name.length} characters before its digest; ECS takes 255.`,
        'Use a shorter repository or tag.',
      );
    if (/\s/.test(image)) return violation(place, 'image', 'The image has a space in it.', 'Remove it.');
    if (digest === undefined || /^sha256:[0-9a-f]{64}$/.test(digest)) return [];
    return violation(
      place,
      'image',
      'The digest of the image is not sha256: and 64 hexadecimal digits.',
      'Name the whole digest.',
    );
  }),
  ofEach('not-on-fargate', ({ container, place }) =>
    Object.entries(notOnFargate).flatMap(([member, instead]) =>
      isEmpty(container[member])
        ? []
        : violation(
            place,
            member,
            `Fargate does not have ${member}.`,
            `Leave ${member} out. ${instead}`.trim(),
          ),
    ),
  ),
  ofEach('gpu', ({ container, place }) =>
    listIn(container.resourceRequirements).flatMap((item) => {
      const type = objectIn(item).type;
      return type === 'GPU' || type === 'InferenceAccelerator'
        ? violation(
            place,
            'resourceRequirements',
            `Fargate has no ${type}.`,
            'Leave it out, or run this service on EC2.',
          )
        : [];
    }),
  ),
  ofEach('linux-parameters', ({ container, place }) => {
    const parameters = objectIn(container.linuxParameters);
    const at = `${place}.linuxParameters`;
    const added = listIn(objectIn(parameters.capabilities).add).filter((one) => one !== 'SYS_PTRACE');
    return [
      ...['devices', 'sharedMemorySize', 'maxSwap', 'swappiness'].flatMap((member) =>
        isEmpty(parameters[member])
          ? []
          : violation(
              at,
              member,
              `Fargate does not have ${member}.`,
              `Leave ${member} out.${member === 'sharedMemorySize' ? ' A tmpfs can be mounted instead.' : ''}`,
            ),
      ),
      ...(added.length === 0
        ? []
        : violation(
            at,
            'capabilities.add',
            `${JSON.stringify(added)} can't be added; Fargate adds SYS_PTRACE only.`,
            'Leave them out; dropping capabilities is free.',
          )),
    ];
  }),
  ofEach('port-mappings', ({ container, place }) =>
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
  ofEach('port-range-count', ({ container, place }) => {
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
  ofEach('health-check', ({ container, place }) => {
    if (isEmpty(container.healthCheck)) return [];
    const check = objectIn(container.healthCheck);
    const at = `${place}.healthCheck`;
    const command = listIn(check.command);
    return [
      ...(command.length === 0
        ? violation(at, 'command', 'The health check has no command.', 'Write ["CMD-SHELL", "..."].')
        : []),
      ...(command.length > 0 && command[0] !== 'CMD' && command[0] !== 'CMD-SHELL' && command[0] !== 'NONE'
        ? violation(
            at,
            'command',
            // Its first word is often the whole command, which may hold a password.
            'The command begins with something else than CMD or CMD-SHELL.',
            'Put CMD-SHELL before it.',
          )
        : []),
      ...ranges(at, check, healthCheckRanges),
    ];
  }),
  ofEach('timeouts', ({ container, place }) => ranges(place, container, timeoutRanges)),
  ofEach('restart-policy', ({ container, place }) => {
    const policy = objectIn(container.restartPolicy);
    const at = `${place}.restartPolicy`;
    const codes = listIn(policy.ignoredExitCodes).length;
    return [
      ...(isEmpty(container.restartPolicy) || typeof policy.enabled === 'boolean'
        ? []
        : violation(at, 'enabled', 'The policy does not say whether it is enabled.', 'Set enabled to true.')),
      ...ranges(at, policy, [['restartAttemptPeriod', 60, 1800]]),
      ...(codes > 50
        ? violation(
            at,
            'ignoredExitCodes',
            `There are ${codes} exit codes; ECS takes 50.`,
            'Name 50 or fewer.',
          )
        : []),
    ];
  }),
  ofEach('depends-on', checkDependencies),
  ofEach('environment', ({ container, place }) => {
    const secrets = new Set(listIn(container.secrets).map((item) => objectIn(item).name));
    return listIn(container.environment).flatMap((item) => {
      const { name } = objectIn(item);
      return typeof name === 'string' && secrets.has(name)
        ? violation(
            place,
            `environment[${name}]`,
            `${name} is a variable and a secret; ECS refuses a name in both.`,
            'Keep one of the two.',
          )
        : [];
    });
  }),
  ofEach('secret-value', ({ container, place }) => {
    const ofLog = listIn(objectIn(container.logConfiguration).secretOptions);
    return [...listIn(container.secrets), ...ofLog].flatMap((item) => {
      const { name, valueFrom } = objectIn(item);
      return isSecretReference(wordIn(valueFrom))
        ? []
        : violation(
            place,
            `secrets[${wordIn(name)}]`,
            'Its valueFrom is neither an ARN of Secrets Manager or the Parameter Store nor the name of a parameter. It is not shown, since it may be the secret itself.',
            'Put the secret into Secrets Manager or the Parameter Store, and name it here. If it was committed, change it.',
          );
    });
  }),
  ofEach('environment-files', ({ container, place }) => {
    const files = listIn(container.environmentFiles);
    return [
      ...(files.length > 10
        ? violation(
            place,
            'environmentFiles',
            `There are ${files.length} files; ECS takes 10.`,
            'Put some together.',
          )
        : []),
      ...files.flatMap((item, index) => {
        const value = wordIn(objectIn(item).value);
        return /^arn:[^:]+:s3:::.+\.env$/.test(value)
          ? []
          : violation(
              place,
              `environmentFiles[${index}]`,
              `${JSON.stringify(value)} is not the ARN of a file in S3 whose name ends in .env.`,
              'Write arn:aws:s3:::BUCKET/KEY.env.',
            );
      }),
    ];
  }),
  ofEach('ulimits', ({ container, place }) =>
    listIn(container.ulimits).flatMap((item) => {
      const { name, hardLimit, softLimit } = objectIn(item);
      const most = Math.max(numberIn(hardLimit) ?? 0, numberIn(softLimit) ?? 0);
      return name === 'nofile' && most > 1_048_576
        ? violation(
            place,
            'ulimits[nofile]',
            `nofile is ${most}; Fargate allows 1048576.`,
            'Set 1048576 or less.',
          )
        : [];
    }),
  ),
  ofEach('system-controls', ({ container, place }) =>
    listIn(container.systemControls).flatMap((item) => {
      const namespace = wordIn(objectIn(item).namespace);
      return systemControls.test(namespace)
        ? []
        : violation(
            place,
            `systemControls[${namespace}]`,
            `${namespace || 'A control without a namespace'} can't be set; on Fargate the controls of IPC and net.* can.`,
            'Leave it out.',
          );
    }),
  ),
  ofEach('mount-points', ({ container, place, document }) => {
    const volumes = new Set(listIn(document.volumes).map((item) => objectIn(item).name));
    return listIn(container.mountPoints).flatMap((item) => {
      const { sourceVolume } = objectIn(item);
      return isEmpty(sourceVolume) || volumes.has(sourceVolume)
        ? []
        : violation(
            place,
            `mountPoints[${wordIn(sourceVolume)}]`,
            `There is no volume ${JSON.stringify(sourceVolume)}.`,
            'Add it to volumes.',
          );
    });
  }),
];

/** By what Fargate has for it instead. */
const notOnFargate: Readonly<Record<string, string>> = {
  disableNetworking: '',
  dnsSearchDomains: 'The VPC decides about name servers.',
  dnsServers: 'The VPC decides about name servers.',
  dockerSecurityOptions: '',
  extraHosts: 'Use a private hosted zone of Route 53.',
  hostname: '',
  links: 'Containers of one task reach each other by localhost; other services by Service Connect.',
  privileged: 'Drop what needs it; SYS_PTRACE can be added alone.',
};

const healthCheckRanges = [
  ['interval', 5, 300],
  ['timeout', 2, 60],
  ['retries', 1, 10],
  ['startPeriod', 0, 300],
] as const;

/** Documented for stopTimeout; for startTimeout it is what users report. */
const timeoutRanges = [
  ['stopTimeout', 0, 120],
  ['startTimeout', 0, 120],
] as const;

const systemControls = /^(net\.|kernel\.(msg|shm)|kernel\.sem$|fs\.mqueue\.)/;

function checkDependencies({ container, place, document }: Container): readonly Violation[] {
  return listIn(container.dependsOn).flatMap((item) => {
    const { containerName, condition } = objectIn(item);
    const name = wordIn(containerName);
    const at = `dependsOn[${name}]`;
    const other = containerNamed(document, name);
    if (other === undefined || other === container) {
      return violation(
        place,
        at,
        `It depends on ${JSON.stringify(name)}, which is no other container of the task.`,
        'Correct the name.',
      );
    }
    if (condition === 'HEALTHY' && isEmpty(other.healthCheck)) {
      return violation(
        place,
        at,
        `It waits for ${name} to be HEALTHY, which has no healthCheck (one of its Dockerfile does not count).`,
        `Give ${name} a healthCheck, or wait for START.`,
      );
    }
    if ((condition === 'COMPLETE' || condition === 'SUCCESS') && other.essential !== false) {
      return violation(
        place,
        at,
        `It waits for the end of ${name}, which is essential: its end is the end of the task.`,
        `Set essential of ${name} to false.`,
      );
    }
    return ['START', 'COMPLETE', 'SUCCESS', 'HEALTHY'].includes(wordIn(condition))
      ? []
      : violation(
          place,
          at,
          `The condition is ${JSON.stringify(condition ?? null)}; it is START, COMPLETE, SUCCESS or HEALTHY.`,
          'Correct the condition.',
        );
  });
}

function ranges(
  place: string,
  object: Readonly<Record<string, Json | undefined>>,
  bounds: readonly (readonly [member: string, least: number, most: number])[],
): readonly Violation[] {
  return bounds.flatMap(([member, least, most]) => {
    const value = numberIn(object[member]);
    if (value === undefined || (value >= least && value <= most)) return [];
    return violation(
      place,
      member,
      `${member} is ${value}; it is ${least} to ${most}.`,
      `Set it to ${value < least ? least : most}.`,
    );
  });
}

function ofEach(name: string, check: (of: Container) => readonly Violation[]): Rule<TaskDefinitionDocument> {
  return {
    name,
    check: (document) =>
      containersOf(document).flatMap((container, index) =>
        check({ container, index, place: placeOf(container, index), document }),
      ),
  };
}

function violation(place: string, member: string, message: string, fix: string): readonly Violation[] {
  return [{ place: `${place}.${member}`, message, fix }];
}
