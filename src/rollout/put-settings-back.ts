import { call } from '../aws/call.ts';
import { updateServiceDocument } from '../aws/document.ts';
import { wordsOf } from '../aws/errors.ts';
import { notInRevision } from '../service/way-back.ts';
import type { UndoOptions } from './undo.ts';

/**
 * Puts back the settings that ECS's own rollback leaves as they are: a service revision holds no desired count and
 * nothing of how the service deploys. Starts no deployment (documented), and may be sent again.
 */
export async function putSettingsBack({
  ecs,
  calling,
  rollout,
  wayBack,
}: Pick<UndoOptions, 'ecs' | 'calling' | 'rollout' | 'wayBack'>): Promise<void> {
  const settings = notInRevision(wayBack?.settings ?? {});
  const names = Object.entries(settings).map(([name, value]) =>
    name === 'desiredCount' ? `desired count ${JSON.stringify(value)}` : name,
  );
  if (names.length === 0) return;
  const { clusterArn: cluster, serviceArn: service } = rollout;
  try {
    await call(calling, 'ecs:UpdateService', () =>
      updateServiceDocument(ecs, { cluster, service, ...settings }),
    );
    calling.say(`put back: ${names.join(', ')}`);
  } catch (error) {
    calling.say(`Settings could not be put back (${names.join(', ')}): ${wordsOf(error)}`);
  }
}
