import {
  type ContainerDocument,
  containersOf,
  platformOf,
  type TaskDefinitionDocument,
} from '../../task-definition/document.ts';
import { listIn, objectIn, wordIn } from '../../text/json.ts';
import { containerPlace, isEmpty, type Rule, type ServiceOfTask, type Violation } from './rule.ts';

/** Members that Fargate has for Linux alone (documented), left over in a task definition that became one for Windows. */
export const windowsRule: Rule<TaskDefinitionDocument> = {
  name: 'windows',
  check: (document) => {
    if (platformOf(document) !== 'windows/amd64') return [];
    const places = [
      ...(isEmpty(document.pidMode) ? [] : ['pidMode']),
      ...listIn(document.volumes).flatMap((item) => {
        const { name, efsVolumeConfiguration: efs } = objectIn(item);
        return isEmpty(efs) ? [] : [`volumes[${wordIn(name)}].efsVolumeConfiguration`];
      }),
      ...containersOf(document).flatMap((container, index) => {
        const place = containerPlace(container, index);
        const parameters = objectIn(container.linuxParameters);
        return [
          ...linuxOnly.flatMap((member) => (isEmpty(container[member]) ? [] : [`${place}.${member}`])),
          ...linuxParameters.flatMap((member) =>
            isEmpty(parameters[member]) ? [] : [`${place}.linuxParameters.${member}`],
          ),
        ];
      }),
    ];
    return [
      ...places.map((place) => ({
        place,
        message: 'Windows does not have it; it is for Linux.',
        fix: 'Leave it out, or set operatingSystemFamily to LINUX.',
      })),
      ...containersOf(document).flatMap((container, index) =>
        filesOf(container, containerPlace(container, index)),
      ),
    ];
  },
};

/** AWS's reference has them for Windows from platform version 1.0.0 on; its guide does not, nor did ECS (seen by users). */
function filesOf({ environmentFiles }: ContainerDocument, place: string): readonly Violation[] {
  if (isEmpty(environmentFiles)) return [];
  return [
    {
      severity: 'warning',
      place: `${place}.environmentFiles`,
      message: 'Windows may not have it: AWS says both.',
      fix: 'Set the variables by environment, should ECS refuse it.',
    },
  ];
}

const linuxOnly = ['readonlyRootFilesystem', 'systemControls', 'ulimits', 'user'];
/** The other members of linuxParameters are not on Fargate at all. */
const linuxParameters = ['capabilities', 'initProcessEnabled', 'tmpfs'];

/** Fargate Spot is for Linux (documented). */
export const windowsSpotRule: Rule<ServiceOfTask> = {
  name: 'windows-spot',
  check: ({ service, document }) => {
    const isOnSpot = listIn(service.capacityProviderStrategy).some(
      (item) => objectIn(item).capacityProvider === 'FARGATE_SPOT',
    );
    if (!isOnSpot || platformOf(document) !== 'windows/amd64') return [];
    return [
      {
        place: 'service.capacityProviderStrategy',
        message: 'The service runs on Fargate Spot, which has no Windows.',
        fix: 'Set capacity-provider-strategy to capacityProvider=FARGATE,weight=1.',
      },
    ];
  },
};
