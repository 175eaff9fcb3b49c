import { Failure } from '../process/failure.ts';

/**
 * An answer without something that AWS always sends: its name is missing, so nothing can be said or done about it. It isn't
 * AWS's own answer; a proxy or a stand-in for AWS changed it.
 */
export function incompleteAnswer(message: string): Failure {
  return new Failure({
    code: 'aws-unreachable',
    fault: 'aws',
    message,
    advice:
      'Run the job again. If it fails again, check what answers between this job and AWS: HTTPS_PROXY and AWS_ENDPOINT_URL.',
  });
}
