import { objectIn } from '../aws/json.ts';
import { containersOf, platformOf, type TaskDefinitionDocument } from '../task-definition/document.ts';
import { placeOf } from './container-place.ts';
import type { Rule } from './rule.ts';
import { isEmpty } from './task.ts';

/** What Fargate has for Linux alone (documented): a task definition of Linux that became one of Windows may hold it. */
export const windowsRule: Rule<TaskDefinitionDocument> = {
  name: 'windows',
  check: (document) => {
    if (platformOf(document) !== 'windows/amd64') return [];
    const places = [
      ...(isEmpty(document.pidMode) ? [] : ['pidMode']),
      ...containersOf(document).flatMap((container, index) => [
        ...['ulimits', 'systemControls'].flatMap((member) =>
          isEmpty(container[member]) ? [] : [`${placeOf(container, index)}.${member}`],
        ),
        ...linuxOnly.flatMap((member) =>
          isEmpty(objectIn(container.linuxParameters)[member])
            ? []
            : [`${placeOf(container, index)}.linuxParameters.${member}`],
        ),
      ]),
    ];
    return places.map((place) => ({
      place,
      message: 'Windows does not have it; it is for Linux.',
      fix: 'Leave it out, or set operatingSystemFamily to LINUX.',
    }));
  },
};

const linuxOnly = ['capabilities', 'initProcessEnabled', 'tmpfs'];
