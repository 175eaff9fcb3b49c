import { Failure } from '../process/failure.ts';
import { systemCode } from '../process/system-error.ts';
import { withoutCredentials } from '../text/credentials.ts';

/** An error that no answer and no network made: credentials that can't be sent, the runner's system, or a defect of ours. */
export function localFailure(error: unknown): Failure {
  const code = systemCode(error) ?? '';
  const message = withoutCredentials(error instanceof Error ? error.message : String(error));
  const header = code === 'ERR_INVALID_CHAR' ? /\["([\w-]+)"\]/.exec(message)?.[1]?.toLowerCase() : undefined;
  const variable = variablesOfHeaders[header ?? ''];
  if (variable !== undefined)
    return new Failure({
      code: 'aws-credentials',
      fault: 'yours',
      message: `${variable} has a line end or another character that no request can carry.`,
      advice: `Store the secret behind ${variable} again, as one line without blanks around it.`,
      cause: error,
    });
  if (isOfSystem(error))
    return new Failure({
      code: 'runner-failed',
      fault: 'yours',
      message: `The runner's system refuses what this step needs: ${message || code}`,
      advice: adviceBySystemCode[code] ?? "That is an error of the runner's own system; correct it there.",
      cause: error,
    });
  if (code === 'ERR_MODULE_NOT_FOUND')
    return new Failure({
      code: 'unexpected',
      fault: 'ours',
      message: `A file of this action is missing: ${message}`,
      advice:
        'Another step of the job may have changed the folder of the action, which is possible with `uses: ./`. Otherwise this is a defect of fargate-deploy; please report it with this log.',
      cause: error,
    });
  return new Failure({
    code: 'unexpected',
    fault: 'ours',
    message: withoutCredentials(error instanceof Error ? (error.stack ?? error.message) : String(error)),
    advice: 'This is a defect of fargate-deploy; please report it with this log.',
    cause: error,
  });
}

/** Node.js names the header that it refuses to send, and not its value. */
const variablesOfHeaders: Readonly<Record<string, string>> = {
  authorization: 'AWS_ACCESS_KEY_ID',
  'x-amz-security-token': 'AWS_SESSION_TOKEN',
};

/** Errors of system calls have a number beside their code. */
function isOfSystem(error: unknown): boolean {
  return error instanceof Error && 'errno' in error && typeof error.errno === 'number';
}

const full = "The runner's disk is full: free space there, or use a runner with a larger disk.";
const notPermitted =
  'Check the owner and the permissions of that path on the runner; a step that ran as another user may have made it.';
const tooManyFiles =
  'Too many files are open on the runner; raise its limit, or run fewer jobs there at once.';
const adviceBySystemCode: Readonly<Record<string, string>> = {
  ENOSPC: full,
  EDQUOT: full,
  EROFS: notPermitted,
  EACCES: notPermitted,
  EPERM: notPermitted,
  EMFILE: tooManyFiles,
  ENFILE: tooManyFiles,
  ENOMEM: "The runner's memory is used up; use a larger runner, or run fewer jobs there at once.",
};
