import { withoutCredentials } from '../text/credentials.ts';

/** Every expected problem has one of these codes; they are documented and stay as they are. */
export const failureCodes = [
  // what the workflow asked for
  'input-invalid',
  // cluster and service
  'cluster-missing',
  'service-missing',
  'service-inactive',
  'service-unsupported',
  'deployment-in-flight',
  'not-paused',
  // AWS
  'aws-denied',
  'aws-credentials',
  'aws-unreachable',
  'aws-refused',
  'region-missing',
  'sign-in-failed',
  // a version to go back to
  'rollback-target-missing',
  'rollback-target-unproven',
  // task definition
  'task-definition-missing',
  'task-definition-unreadable',
  'task-definition-invalid',
  'change-refused',
  'container-not-found',
  'container-ambiguous',
  // Docker
  'docker-missing',
  'docker-engine-missing',
  'builder-unusable',
  'builder-unsupported',
  // image
  'build-failed',
  'push-failed',
  'push-denied',
  'pull-denied',
  'copy-failed',
  'repository-missing',
  'image-tag-immutable',
  'image-digest-unknown',
  'image-missing',
  'image-platform',
  'scan-findings',
  'scan-unknown',
  'dockerfile-missing',
  'promotion-refused',
  // this run
  'runner-failed',
  'cancelled',
  'unexpected',
] as const;

export type FailureCode = (typeof failureCodes)[number];

/** `yours`: the workflow, its files or its account; `aws`: the service there; `ours`: a defect of this action. */
export type Fault = 'yours' | 'aws' | 'ours';

/**
 * An expected problem: `message` says what happened, `advice` what to do about it.
 * Neither may hold a secret: both are printed. Credentials of addresses are taken out.
 */
export class Failure extends Error {
  readonly code: FailureCode;
  readonly fault: Fault;
  readonly advice: string | undefined;
  /** The last lines that another program printed, to be shown below the message. */
  readonly detail: readonly string[];
  /** Where in the checkout the mistake is. */
  readonly place: { readonly file: string; readonly line: number } | undefined;

  constructor(problem: {
    readonly code: FailureCode;
    readonly fault: Fault;
    readonly message: string;
    readonly advice?: string | undefined;
    readonly detail?: readonly string[] | undefined;
    readonly place?: Failure['place'];
    readonly cause?: unknown;
  }) {
    super(
      withoutCredentials(problem.message),
      problem.cause === undefined ? undefined : { cause: problem.cause },
    );
    this.name = 'Failure';
    this.code = problem.code;
    this.fault = problem.fault;
    this.advice = problem.advice === undefined ? undefined : withoutCredentials(problem.advice);
    this.detail = (problem.detail ?? []).map(withoutCredentials);
    this.place = problem.place;
  }

  /** The same problem in other words, e.g. with secrets covered; its cause is left out, since nobody has looked at that. */
  with(words: (text: string) => string): Failure {
    return new Failure({
      code: this.code,
      fault: this.fault,
      message: words(this.message),
      advice: this.advice === undefined ? undefined : words(this.advice),
      detail: this.detail.map(words),
      place: this.place,
    });
  }
}

/** The workflow was cancelled while nothing had been changed yet. */
export function cancelledFailure(): Failure {
  return new Failure({
    code: 'cancelled',
    fault: 'yours',
    message: 'The run was cancelled before any service was touched.',
  });
}
