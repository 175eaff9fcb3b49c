/** Something about a change that a person should know before it is applied. */
export interface Finding {
  /** A stable code. */
  readonly rule: string;
  /**
   * `problem`: it can't work, and is refused. `warning`: it may not work, or not as meant; AWS decides. `notice`: worth
   * knowing.
   */
  readonly severity: Severity;
  /** Where in the task definition or the service, e.g. `containerDefinitions[web].portMappings[0].hostPort`. */
  readonly place: string;
  /** What is there and what is allowed; one sentence. */
  readonly message: string;
  /** The change that mends it. */
  readonly fix: string | undefined;
}

export type Severity = 'problem' | 'warning' | 'notice';
