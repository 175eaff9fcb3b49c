import type { Base } from '../../service/base.ts';
import type { ServiceState } from '../../service/describe.ts';
import { nameOf } from '../../text/words.ts';
import type { Finding } from '../rules/rule.ts';

/** The code of that notice. */
export const newerRevision = 'newer-revision';

/** Says which revision is used when the family has a newer one than the service runs. */
export function noticeNewer(
  { arn, newer }: Base,
  { name, taskDefinitionArn }: Pick<ServiceState, 'name' | 'taskDefinitionArn'>,
): readonly Finding[] {
  if (newer === undefined) return [];
  const newest = nameOf(newer.arn);
  const running = nameOf(taskDefinitionArn);
  const by = newer.registeredBy === undefined ? '' : ` (registered by ${nameOf(newer.registeredBy)})`;
  const isUsed = arn === newer.arn;
  return [
    {
      rule: newerRevision,
      severity: 'notice',
      place: 'taskDefinition',
      message: isUsed
        ? `${name} runs ${running}; ${newest}${by} is newer and is used, because task-definition names it.`
        : `${name} runs ${running}, which is used; its family has the newer ${newest}${by}, which the service never took up or was rolled back from.`,
      fix: isUsed ? undefined : `To start from it, set task-definition to ${newest.split(':')[0]}.`,
    },
  ];
}
