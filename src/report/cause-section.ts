import type { Cause } from '../deployment/diagnose/diagnose.ts';
import { alsoIn } from './explain.ts';
import { logUrl } from './links.ts';
import { bullets, code, fenced, link, text } from './markdown.ts';

/** The evidence of a failure: failed tasks, unhealthy targets and ECS events. */
export function causeSection({ groups, targets, events }: Cause): readonly string[] {
  return [
    ...(groups.length === 0
      ? []
      : [
          '| Failed tasks | Stop code | Reason | Containers |',
          '| ---: | --- | --- | --- |',
          ...groups.map(
            ({ count, stopCode, stoppedReason, containers }) =>
              `| ${count} | ${text(stopCode)} | ${text(stoppedReason)} | ${containers.map(text).join('<br>')} |`,
          ),
          '',
        ]),
    ...bullets('Load balancer', targets),
    ...bullets('ECS events', events),
  ];
}

/** The last log lines of the failed container, or why they are missing. */
export function logSection({ logs }: Cause): readonly string[] {
  if (logs === undefined) return [];
  const url = logs.stream === undefined ? undefined : logUrl(logs.stream);
  const all = url === undefined ? '' : `; ${link('whole log', url)}`;
  return [
    `**Last log lines of ${text(logs.container)}** (task ${code(logs.taskId)}${alsoIn(logs)}${all})`,
    '',
    ...(logs.note === undefined ? fenced(logs.lines) : [text(logs.note), '']),
  ];
}
