import type { TaskToRun } from '../runtime.ts';
import type { Behaviour } from './behaviour.ts';
import { environmentOf } from './containers.ts';

/**
 * Reads a task's behavior from the environment variable SIMULATE of its containers, so that failures can be tried
 * by hand. Statements are separated by semicolons; seconds are written `5s`:
 *
 *     exit 1 after 2s         the container ends by itself (`exit 1` alone: after 1 s, before the task is RUNNING)
 *     oom after 10s           it is killed for its memory, with exit code 137
 *     healthy after 20s       its health check passes so late
 *     unhealthy               its health check fails
 *     http 500                the load balancer's health check gets this status (`http 500 after 60s`: from then on)
 *     http timeout            ... or no answer
 *     cannot pull             the image is not there
 *     cannot initialize       a secret can't be read
 *     never placed            Fargate has no capacity
 *     ignore sigterm          only SIGKILL ends it
 *     log some words          it writes a line when it starts
 *     provision 2s; pull 30s; start 1s
 *
 * Anything else is an error, so that a slip of the pen does not look like a healthy task.
 */
export function behaviourFromVariable(task: TaskToRun): Behaviour {
  const script = environmentOf(task, 'SIMULATE') ?? '';
  return readBehaviour(script);
}

export function readBehaviour(script: string): Behaviour {
  const statements = script.split(';').map((one) => one.trim());
  return statements
    .filter((one) => one !== '')
    .reduce<Behaviour>((behaviour, statement) => {
      for (const { pattern, read } of statementForms) {
        const match = pattern.exec(statement);
        if (match !== null) return { ...behaviour, ...read(match[1] ?? '', match[2], behaviour) };
      }
      throw new Error(`SIMULATE: "${statement}" is not understood.`);
    }, {});
}

interface StatementForm {
  readonly pattern: RegExp;
  readonly read: (first: string, second: string | undefined, before: Behaviour) => Behaviour;
}

const outOfMemory = 'OutOfMemoryError: Container killed due to memory usage';
const notFound =
  'CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref: not found';
const noSecret =
  'ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: ' +
  'unable to retrieve secret from asm: AccessDeniedException: not authorized to perform: secretsmanager:GetSecretValue';
const noCapacity =
  'Capacity is unavailable at this time. Please try again later or in a different availability zone.';

const statementForms: readonly StatementForm[] = [
  {
    pattern: /^exit (\d+)(?: after (\d+)s)?$/,
    read: (code, seconds) => ({ exit: { exitCode: Number(code), afterSeconds: Number(seconds ?? 1) } }),
  },
  {
    pattern: /^oom(?: after (\d+)s)?$/,
    read: (seconds) => ({
      exit: { exitCode: 137, reason: outOfMemory, afterSeconds: Number(seconds || '1') },
    }),
  },
  {
    pattern: /^healthy after (\d+)s$/,
    read: (seconds) => ({ health: { status: 'HEALTHY', afterSeconds: Number(seconds) } }),
  },
  { pattern: /^unhealthy$/, read: () => ({ health: { status: 'UNHEALTHY' } }) },
  {
    pattern: /^http (\d{3}|timeout)(?: after (\d+)s)?$/,
    read: (status, seconds, before) => ({
      answers: [
        ...(before.answers ?? []),
        { fromSeconds: Number(seconds ?? 0), status: status === 'timeout' ? 'time-out' : Number(status) },
      ],
    }),
  },
  {
    pattern: /^cannot pull$/,
    read: () => ({ neverStarts: { kind: 'cannot-be-pulled', stoppedReason: notFound } }),
  },
  {
    pattern: /^cannot initialize$/,
    read: () => ({ neverStarts: { kind: 'cannot-be-initialized', stoppedReason: noSecret } }),
  },
  { pattern: /^never placed$/, read: () => ({ neverStarts: { kind: 'not-placed', reason: noCapacity } }) },
  { pattern: /^ignore sigterm$/, read: () => ({ ignoresSigterm: true }) },
  {
    pattern: /^log (.+)$/,
    read: (line, _second, before) => ({ logLines: [...(before.logLines ?? []), line] }),
  },
  { pattern: /^provision (\d+)s$/, read: (seconds) => ({ provisionSeconds: Number(seconds) }) },
  { pattern: /^pull (\d+)s$/, read: (seconds) => ({ pullSeconds: Number(seconds) }) },
  { pattern: /^start (\d+)s$/, read: (seconds) => ({ startSeconds: Number(seconds) }) },
];
