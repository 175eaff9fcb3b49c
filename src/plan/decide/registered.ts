import type { Inputs } from '../../inputs/inputs.ts';
import { decideSettings } from '../../service/settings.ts';
import type { TaskDefinitionDocument } from '../../task-definition/document.ts';
import { isSame } from '../../task-definition/same.ts';
import type { PlannedService } from './change.ts';
import { decideService } from './service.ts';

/** The revision of a service's next task definition. */
export interface Revision {
  readonly arn: string;
  /** What ECS made of the document that was registered; undefined where nothing was. */
  readonly answered: TaskDefinitionDocument | undefined;
}

/**
 * Decides again when the revision is registered. ECS drops what it does not know and fills in defaults: when it made of the
 * document just what the service runs, that revision stays, or every run would roll out the same again. Pure.
 */
export function afterRegistering(
  planned: PlannedService,
  { answered }: Revision,
  inputs: Pick<Inputs, 'operation' | 'service'>,
): PlannedService {
  const { seen, update } = planned;
  // An INACTIVE revision can't be deployed again (documented): its copy takes its place.
  const isCopy =
    answered !== undefined &&
    update.kind === 'update' &&
    inputs.operation !== 'rollback' &&
    !seen.isInactive &&
    isSame(answered, seen.taskDefinition);
  if (!isCopy) return planned;
  return {
    ...planned,
    taskDefinition: { kind: 'same', arn: seen.taskDefinitionArn, document: seen.taskDefinition },
    update: decideService({
      seen,
      taskDefinitionArn: seen.taskDefinitionArn,
      desiredCount: inputs.service.desiredCount,
      settings: decideSettings(seen.document, inputs.service),
      force: inputs.service.forceNewDeployment,
    }),
  };
}
