import type { WhyKept } from '../../image/registry/image-change.ts';
import type { NewRepository } from '../../image/registry/new-repository.ts';
import type { ProvidedImage } from '../../image/registry/provided-image.ts';
import type { Inputs } from '../../inputs/inputs.ts';
import type { ServiceInputs } from '../../inputs/service.ts';
import type { Base } from '../../service/base.ts';
import type { ServiceState } from '../../service/describe.ts';
import { decideSettings } from '../../service/settings.ts';
import { isSame } from '../../task-definition/canonical-form.ts';
import type { TaskDefinitionDocument } from '../../task-definition/document.ts';
import type { JsonObject } from '../../text/json.ts';
import { checkRules } from '../rules/all.ts';
import type { Finding } from '../rules/rule.ts';
import { decideService, type ServiceChange } from './service.ts';
import {
  decideTaskDefinition,
  noticeNewer,
  type TaskDefinitionChange,
  warnOfLostTags,
} from './task-definition.ts';
import { refuseWaitGoals } from './wait-goal.ts';

/** All that a deploy would do, decided before anything is touched: `plan` shows it, `deploy` applies it. */
export interface Change {
  readonly image: ImageToDeploy;
  readonly services: readonly PlannedService[];
}

export type ImageToDeploy =
  /** The images that the task definition names already. */
  | { readonly kind: 'kept'; readonly why: WhyKept | { readonly kind: 'rollback' }; readonly uri?: undefined }
  | ({ readonly kind: 'there' } & ProvidedImage)
  /** Its digest is known once it is built; until then the task definition shows the tag. */
  | {
      readonly kind: 'to-build';
      readonly uri: string;
      /** The repository to create before the push. */
      readonly newRepository: NewRepository | undefined;
    }
  /** Its digest is known where the copy keeps it. */
  | {
      readonly kind: 'to-copy';
      readonly from: string;
      readonly uri: string;
      readonly digest: string | undefined;
      readonly newRepository: NewRepository | undefined;
    };

export interface PlannedService {
  readonly seen: ServiceState;
  readonly taskDefinition: TaskDefinitionChange;
  readonly update: ServiceChange;
  /** The service as DescribeServices will show it. */
  readonly serviceAfter: JsonObject;
  readonly findings: readonly Finding[];
}

/** A service with what its next task definition starts from. */
export interface ServiceWithBase {
  readonly seen: ServiceState;
  readonly base: Base;
}

/**
 * Decides from what was found and asked. Pure.
 * @throws Failure container-not-found, container-ambiguous, input-invalid
 */
export function decideChange(
  inputs: Inputs,
  services: readonly ServiceWithBase[],
  image: ImageToDeploy,
): Change {
  const planned = services.map(({ seen, base }): PlannedService => {
    const taskDefinition = decideTaskDefinition({
      inputs: inputs.taskDefinition,
      image: image.uri,
      base,
      seen,
    });
    const { update, serviceAfter } = planService(seen, taskDefinition, inputs.service);
    const findings = [
      ...noticeNewer(base, seen),
      ...(taskDefinition.kind === 'register'
        ? warnOfLostTags(seen.taskDefinition, taskDefinition.document)
        : []),
      // A service that is not updated is not judged.
      ...(update.kind === 'update'
        ? checkRules(
            {
              service: serviceAfter,
              document: taskDefinition.document,
              deploys: update.deploys,
              configuration: inputs.service.deploymentConfiguration,
            },
            { service: seen.document, document: seen.taskDefinition },
          )
        : []),
    ];
    return {
      seen,
      taskDefinition: ensureDeployable(taskDefinition, { seen, base }, update),
      update,
      serviceAfter,
      findings: findings.filter(({ rule }) => !isSkipped(rule, inputs.skipChecks)),
    };
  });
  refuseWaitGoals(inputs.wait, planned);
  return { image, services: planned };
}

/** Plans one service: the task definition that it is to run, and what the inputs ask of the service itself. Pure. */
export function planService(
  seen: ServiceState,
  taskDefinition: TaskDefinitionChange,
  inputs: ServiceInputs,
): Omit<PlannedService, 'findings'> {
  const { desiredCount, forceNewDeployment: force } = inputs;
  const settings = decideSettings(seen.document, inputs);
  return {
    seen,
    taskDefinition,
    update: decideService({ seen, taskDefinitionArn: taskDefinition.arn, desiredCount, settings, force }),
    serviceAfter: {
      ...seen.document,
      ...settings.request,
      desiredCount: desiredCount ?? seen.document.desiredCount,
    },
  };
}

/** ECS deploys ACTIVE revisions only (documented); a copy of one that was deregistered is as good. */
function ensureDeployable(
  taskDefinition: TaskDefinitionChange,
  { seen, base }: ServiceWithBase,
  update: ServiceChange,
): TaskDefinitionChange {
  const { arn, document } = taskDefinition;
  const isGone = (seen.isInactive && arn === seen.taskDefinitionArn) || (base.isInactive && arn === base.arn);
  return isGone && update.kind === 'update' && update.deploys
    ? { kind: 'register', document }
    : taskDefinition;
}

/** `all` leaves out every check. */
export function isSkipped(check: string, skipped: readonly string[]): boolean {
  return skipped.includes(check) || skipped.includes('all');
}

/** The revision of a service's next task definition. */
export interface RegisteredRevision {
  readonly arn: string;
  /** The document as ECS answered it; undefined if nothing was registered. */
  readonly answered: TaskDefinitionDocument | undefined;
}

/**
 * Decides again when the revision is registered. ECS drops what it does not know and fills in defaults: when it made of the
 * document just what the service runs, that revision stays, or every run would roll out the same again. Pure.
 */
export function decideAfterRegistering(
  planned: PlannedService,
  { answered }: RegisteredRevision,
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
  const current = { kind: 'same', arn: seen.taskDefinitionArn, document: seen.taskDefinition } as const;
  return { ...planned, ...planService(seen, current, inputs.service) };
}
