import type { TaskDefinitionDocument } from '../../task-definition/document.ts';
import { listIn, objectIn, wordIn } from '../../text/json.ts';
import { forEachContainer, isEmpty, type Rule, violation } from './rule.ts';

/** Fargate's rules for volumes and mount points (documented). */
export const volumeRules: readonly Rule<TaskDefinitionDocument>[] = [
  {
    name: 'volumes',
    check: ({ volumes }) =>
      listIn(volumes).flatMap((item) => {
        const volume = objectIn(item);
        const place = `volumes[${wordIn(volume.name)}]`;
        if (!isEmpty(objectIn(volume.host).sourcePath)) {
          return [
            {
              place: `${place}.host.sourcePath`,
              message: 'Fargate has no host whose folders could be mounted.',
              fix: 'Leave host out for an empty volume of the task, or use efsVolumeConfiguration for files that stay.',
            },
          ];
        }
        const member = ['dockerVolumeConfiguration', 'fsxWindowsFileServerVolumeConfiguration'].find(
          (one) => !isEmpty(volume[one]),
        );
        return member === undefined
          ? []
          : [
              {
                // AWS's guide does not list FSx for Fargate; its reference forbids dockerVolumeConfiguration alone.
                severity: member === 'dockerVolumeConfiguration' ? 'problem' : 'warning',
                place: `${place}.${member}`,
                message: `Fargate does not have ${member}.`,
                fix: 'Use efsVolumeConfiguration for files that stay, or an empty volume of the task.',
              },
            ];
      }),
  },
  {
    // An EBS volume is attached when the task is launched; ECS takes one for a task definition.
    name: 'volume-at-launch',
    check: ({ volumes }) => {
      const names = listIn(volumes).flatMap((item) => {
        const { configuredAtLaunch, name } = objectIn(item);
        return configuredAtLaunch === true ? wordIn(name) : [];
      });
      return names.length <= 1
        ? []
        : [
            {
              place: 'volumes',
              message: `${names.join(', ')} are configured at launch; a task definition has one such volume.`,
              fix: 'Keep one of them.',
            },
          ];
    },
  },
  forEachContainer('mount-points', ({ container, place, document }) => {
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
