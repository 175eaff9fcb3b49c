import type { TaskDefinitionDocument } from '../../task-definition/document.ts';
import type { Json, JsonObject } from '../../text/json.ts';
import type { Finding, Severity } from './finding.ts';

/** One thing that AWS demands of `Of`. */
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
  readonly severity?: Severity;
  readonly place: string;
  readonly message: string;
  readonly fix?: string;
  /** The value that was judged, where the message does not show it. Only compared, never printed: it may be secret. */
  readonly judged?: Json | undefined;
}

/** A finding, and what makes another one the same. */
export interface Judged {
  readonly finding: Finding;
  /** Rule, place and value. It may hold a secret. */
  readonly key: string;
  readonly isUnproven: boolean;
}

export function judge<Of>(rules: readonly Rule<Of>[], of: Of): readonly Judged[] {
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
}
