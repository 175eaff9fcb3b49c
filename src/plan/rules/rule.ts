import {
  type ContainerDocument,
  containersOf,
  type TaskDefinitionDocument,
} from '../../task-definition/document.ts';
import { type Json, type JsonObject, listIn, numberIn, objectIn, textIn } from '../../text/json.ts';

/** Something about a change that a person should know before it is applied. */
export interface Finding {
  /** A stable code. */
  readonly rule: string;
  /**
   * `problem`: it can't work, and is refused. `warning`: it may not work, or not as meant; AWS decides. `notice`: worth
   * knowing.
   */
  readonly severity: FindingSeverity;
  /** The place in the task definition or the service, e.g. `containerDefinitions[web].portMappings[0].hostPort`. */
  readonly place: string;
  /** The value and what is allowed, in one sentence. */
  readonly message: string;
  /** The change that mends it. */
  readonly fix: string | undefined;
}

export type FindingSeverity = 'problem' | 'warning' | 'notice';

/** A demand of AWS on `Of`. */
export interface Rule<Of> {
  /** The code of its findings. */
  readonly name: string;
  /** Nothing when it holds. */
  readonly check: (of: Of) => readonly Violation[];
  /** A service that runs this way proves nothing: ECS takes the setting, and only the next deployment gets stuck. */
  readonly isUnproven?: true;
}

/** A finding but for the rule's name; a problem unless it says otherwise. */
export interface Violation {
  readonly severity?: FindingSeverity;
  readonly place: string;
  readonly message: string;
  readonly fix?: string;
  /** The value that was judged, where the message does not show it. Only compared, never printed: it may be secret. */
  readonly judged?: Json | undefined;
}

/** A finding, and what makes another one the same. */
export interface Judgement {
  readonly finding: Finding;
  /** Rule, place and value. It may hold a secret. */
  readonly key: string;
  readonly isUnproven: boolean;
}

export function applyRules<Of>(rules: readonly Rule<Of>[], of: Of): readonly Judgement[] {
  return rules.flatMap(({ name, check, isUnproven = false }) =>
    check(of).map(({ severity = 'problem', place, message, fix, judged }) => ({
      finding: { rule: name, severity, place, message, fix },
      // A number in a place moves when something is put before it.
      key: JSON.stringify([name, place.replaceAll(/\[\d+\]/g, '[]'), message, judged ?? null]),
      isUnproven,
    })),
  );
}

/** A service as DescribeServices shows it, with the settings and the task definition that it is about to have. */
export interface ServiceOfTask {
  readonly service: JsonObject;
  readonly document: TaskDefinitionDocument;
  /** Whether the update begins a deployment. */
  readonly deploys?: boolean;
  /** The members of `deploymentConfiguration` that the run sets. */
  readonly configuration?: JsonObject | undefined;
}

/** A container with its place and the task that it is in. */
export interface ContainerOfTask {
  readonly container: ContainerDocument;
  /** Among all of them. */
  readonly index: number;
  readonly place: string;
  readonly document: TaskDefinitionDocument;
}

/** A rule that holds for each container by itself. */
export function forEachContainer(
  name: string,
  check: (of: ContainerOfTask) => readonly Violation[],
): Rule<TaskDefinitionDocument> {
  return {
    name,
    check: (document) =>
      containersOf(document).flatMap((container, index) =>
        check({ container, index, place: containerPlace(container, index), document }),
      ),
  };
}

export function violation(
  place: string,
  member: string,
  message: string,
  fix: string,
  more: Pick<Violation, 'severity' | 'judged'> = {},
): readonly Violation[] {
  return [{ place: `${place}.${member}`, message, fix, ...more }];
}

/** Finds numbers out of bounds, and suggests the nearest bound. */
export function checkRanges(
  place: string,
  object: Readonly<Record<string, Json | undefined>>,
  bounds: readonly (readonly [member: string, least: number, most: number])[],
  more: Pick<Violation, 'severity'> = {},
): readonly Violation[] {
  return bounds.flatMap(([member, least, most]) => {
    const value = numberIn(object[member]);
    if (value === undefined || (value >= least && value <= most)) return [];
    return violation(
      place,
      member,
      `${member} is ${value}; it is ${least} to ${most}.`,
      `Set it to ${value < least ? least : most}.`,
      more,
    );
  });
}

/** A container's place by its name, since a number tells nobody anything. */
export function containerPlace(container: ContainerDocument, index: number): string {
  return `containerDefinitions[${textIn(container.name) ?? index}]`;
}

/** Not given, or given as what stands for nothing. */
export function isEmpty(value: unknown): boolean {
  return (
    value === undefined ||
    value === null ||
    value === '' ||
    value === false ||
    (Array.isArray(value) && value.length === 0)
  );
}

/** PRIMARY shows what the service itself does not: Service Connect and volumes. */
export function primaryOf(service: JsonObject): JsonObject {
  const deployments = listIn(service.deployments).map(objectIn);
  return deployments.find(({ status }) => status === 'PRIMARY') ?? {};
}
