import { containersOf, platformOf } from '../../task-definition/document.ts';
import { listIn, objectIn, wordIn } from '../../text/json.ts';
import { isEmpty } from './empty.ts';
import type { Rule, ServiceOfTask, Violation } from './rule.ts';
import { taskSize } from './size.ts';

/** What came with platform version 1.4.0 of Linux, and `dependsOn` with 1.3.0 (documented). */
export const platformVersionRule: Rule<ServiceOfTask> = {
  name: 'platform-version',
  check: checkPlatformVersion,
};

function checkPlatformVersion({ service, document }: ServiceOfTask): readonly Violation[] {
  const version = wordIn(service.platformVersion);
  if (!/^(LATEST|\d+\.\d+\.\d+)?$/.test(version)) {
    return [
      {
        severity: 'warning',
        place: 'service.platformVersion',
        message: `The platform version is ${JSON.stringify(version)}; ECS has LATEST and versions such as 1.4.0.`,
        fix: 'Set platform-version to LATEST.',
      },
    ];
  }
  if (!/^1\.[0-3]\./.test(version) || platformOf(document) === 'windows/amd64') return [];
  const containers = containersOf(document);
  const needs = [
    ...(isEmpty(document.ephemeralStorage) ? [] : ['ephemeralStorage']),
    ...((taskSize(document)?.cpuUnits ?? 0) >= 8192 ? ['cpu of 8192 or more'] : []),
    ...(isEmpty(document.pidMode) ? [] : ['pidMode']),
    ...(listIn(document.volumes).some((item) => !isEmpty(objectIn(item).efsVolumeConfiguration))
      ? ['efsVolumeConfiguration']
      : []),
    ...(containers.some(({ environmentFiles }) => !isEmpty(environmentFiles)) ? ['environmentFiles'] : []),
    ...(containers.some(({ systemControls }) => !isEmpty(systemControls)) ? ['systemControls'] : []),
    ...(containers.some(
      ({ linuxParameters }) => !isEmpty(objectIn(objectIn(linuxParameters).capabilities).add),
    )
      ? ['capabilities.add']
      : []),
    ...(!version.startsWith('1.3.') && containers.some(({ dependsOn }) => !isEmpty(dependsOn))
      ? ['dependsOn']
      : []),
  ];
  if (needs.length === 0) return [];
  return [
    {
      place: 'service.platformVersion',
      message: `The service has platform version ${version}; ${needs.join(', ')} came with a later one.`,
      fix: 'Set platform-version to LATEST.',
    },
  ];
}
