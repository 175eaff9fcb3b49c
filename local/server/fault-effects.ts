import { isDeepStrictEqual } from 'node:util';
import type { Account } from '../base/account.ts';
import type { Clock } from '../base/clock.ts';
import type { Calls } from './calls.ts';
import type { Fault } from './faults.ts';
import { AwsError, type Document } from './operation.ts';
import type { Request } from './protocol.ts';
import type { ServiceName } from './service.ts';
import type { Signer } from './signature.ts';

/** The error that a fault puts in the place of the answer; undefined when the work is done anyway. */
export function faultError(
  fault: Fault | undefined,
  { service, operation }: Request,
  signer: Signer,
  account: Account,
): AwsError | undefined {
  switch (fault?.kind) {
    case 'throttle':
      return new AwsError('ThrottlingException', 'Rate exceeded');
    case 'server-error':
      return serverErrors[service.name]();
    case 'denied':
      return deniedAction(signer, account, `${service.actionPrefix}:${operation}`, '*');
    case 'new-role':
      return deniedAction(signer, account, 'iam:PassRole', `arn:aws:iam::${account.accountId}:role/new`);
    // As public reports have it (hashicorp/terraform-provider-aws#9777).
    case 'concurrent-registration':
      return new AwsError(
        'ClientException',
        'Too many concurrent attempts to create a new revision of the specified family.',
      );
    case 'limit-exceeded':
      return new AwsError('LimitExceededException', 'The limit for the resource was exceeded.');
    case 'expired':
      return expiredToken();
    case 'error':
      return new AwsError(fault.code, fault.message, fault.status ?? 400);
    default:
      return undefined;
  }
}

function deniedAction(signer: Signer, account: Account, action: string, resource: string): AwsError {
  return new AwsError(
    'AccessDeniedException',
    `User: arn:aws:iam::${account.accountId}:user/${signer.accessKeyId} is not authorized to perform: ${action} ` +
      `on resource: ${resource} because no identity-based policy allows the ${action} action`,
  );
}

export function expiredToken(): AwsError {
  return new AwsError('ExpiredTokenException', 'The security token included in the request is expired');
}

/**
 * What the same read answered that many seconds ago; undefined when the fault is another one or there was no such
 * answer yet. With 0 seconds it is the last answer.
 */
export function staleOutput(
  fault: Fault | undefined,
  request: Request,
  calls: Calls,
  clock: Clock,
): Document | undefined {
  if (fault?.kind !== 'stale') return undefined;
  const until = clock.now() - (fault.seconds ?? 0) * 1000;
  return calls
    .of(request.operation)
    .findLast(
      ({ service, input, output, clockAt }) =>
        service === request.service.name &&
        output !== undefined &&
        clockAt <= until &&
        isDeepStrictEqual(input, request.input),
    )?.output;
}

/** What each service calls a failure of its own. */
const serverErrors: Readonly<Record<ServiceName, () => AwsError>> = {
  ecs: () => new AwsError('ServerException', 'Service Unavailable. Please try again later.', 500),
  ecr: () => new AwsError('ServerException', 'Service Unavailable. Please try again later.', 500),
  logs: () => new AwsError('ServiceUnavailableException', 'The service cannot complete the request.', 500),
  elbv2: () => new AwsError('InternalFailure', 'The request processing has failed.', 500),
  sts: () => new AwsError('InternalFailure', 'The request processing has failed.', 500),
  iam: () => new AwsError('ServiceFailure', 'The request processing has failed.', 500),
  secretsmanager: () => new AwsError('InternalServiceError', 'An error occurred on the server side.', 500),
  ssm: () => new AwsError('InternalServerError', 'An error occurred on the server side.', 500),
};
