import { call } from '../../aws/call.ts';
import { describeServices, updateServiceDocument } from '../../aws/document.ts';
import { wordsOf } from '../../aws/errors.ts';
import { patiently } from '../../aws/passing-refusal.ts';
import type { ChangedSetting } from '../../reference/rollback-target.ts';
import { nothingToRestore, notInRevision, type Restore, restoreOf } from '../../service/restore.ts';
import type { RollbackOptions } from './rollback-start.ts';

type Options = Pick<RollbackOptions, 'ecs' | 'calling' | 'deployment' | 'rollbackTarget'>;

/**
 * Reads the service and decides which of the run's settings are still its own, so that they go back. Where the service
 * can't be read, nobody knows what others have set since, and nothing is put back. Never throws.
 */
export async function readRestore(
  {
    ecs,
    calling,
    deployment: {
      service: { clusterArn: cluster, arn },
    },
  }: Options,
  settings: readonly ChangedSetting[],
): Promise<Restore> {
  if (settings.length === 0) return nothingToRestore;
  try {
    const { documents } = await call(calling, 'ecs:DescribeServices', (over) =>
      describeServices(ecs, { cluster, services: [arn] }, over),
    );
    const [service] = documents;
    if (service === undefined) throw new Error('the service is not shown');
    return restoreOf(settings, service);
  } catch (error) {
    const why = `not known by now (${wordsOf(error)})`;
    return { ...nothingToRestore, left: settings.map(({ name }) => `${name} is ${why}`) };
  }
}

/** Says what stays because it is no longer this run's. */
export function sayLeft({ calling }: Pick<Options, 'calling'>, { left }: Restore): void {
  if (left.length > 0)
    calling.say(`not restored, because somebody else changed it since: ${left.join('; ')}`);
}

/**
 * Puts back the settings that ECS's own rollback leaves as they are: a service revision holds no desired count and
 * nothing of how the service deploys. Starts no deployment (documented), and may be sent again. Never throws.
 *
 * Another change between the reading and the call can't be excluded: ECS has no conditional update.
 *
 * @returns what was left alone
 */
export async function restoreSettings(options: Options): Promise<readonly string[]> {
  const { ecs, calling, deployment, rollbackTarget } = options;
  const what = 'ecs:UpdateService';
  const settings = notInRevision(rollbackTarget?.settings ?? []);
  const { clusterArn: cluster, arn: service } = deployment.service;
  // Read again before each sending: what is waited for may take minutes.
  const put = async (): Promise<Restore> => {
    const restore = await readRestore(options, settings);
    if (restore.restored.length > 0) {
      await call(calling, what, (over) =>
        updateServiceDocument(ecs, { cluster, service, ...restore.request }, over),
      );
      calling.say(`restored: ${restore.restored.join('; ')}`);
    }
    return restore;
  };
  try {
    const restore = await patiently(calling, what, put);
    sayLeft(options, restore);
    return restore.left;
  } catch (error) {
    const names = settings.map(({ name }) => name).join(', ');
    calling.say(`Settings could not be put back (${names}): ${wordsOf(error)}`);
    return settings.map(({ name }) => `${name} could not be put back`);
  }
}
