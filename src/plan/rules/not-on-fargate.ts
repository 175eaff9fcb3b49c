import type { TaskDefinitionDocument } from '../../task-definition/document.ts';
import { listIn, numberIn, objectIn, wordIn } from '../../text/json.ts';
import { forEachContainer, isEmpty, type Rule, violation } from './rule.ts';

/** Members that ECS has on EC2 and that Fargate lacks or limits (documented). */
export const notOnFargateRules: readonly Rule<TaskDefinitionDocument>[] = [
  {
    name: 'not-on-fargate-task',
    check: (document) =>
      ['ipcMode', 'placementConstraints', 'inferenceAccelerators'].flatMap((member) =>
        isEmpty(document[member])
          ? []
          : [{ place: member, message: `Fargate does not have ${member}.`, fix: `Leave ${member} out.` }],
      ),
  },
  forEachContainer('not-on-fargate', ({ container, place }) =>
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
  forEachContainer('gpu', ({ container, place }) =>
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
  forEachContainer('linux-parameters', ({ container, place }) => {
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
  forEachContainer('ulimits', ({ container, place }) =>
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
  forEachContainer('system-controls', ({ container, place }) =>
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

const systemControls = /^(net\.|kernel\.(msg|shm)|kernel\.sem$|fs\.mqueue\.)/;
