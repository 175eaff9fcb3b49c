import { setSecret } from '@actions/core';
import { requestHandler } from '../aws/request-handler.ts';
import { keepSession, type Sessions } from '../aws/session.ts';
import type { SignInInputs } from '../inputs/sign-in.ts';
import type { Clock } from '../process/clock.ts';
import { assumeRole } from './assume-role.ts';

/** The sessions of the role that this job assumes with GitHub's OIDC token. The first starts when it is needed. */
export function signIn({
  inputs,
  region,
  clock,
  say,
}: {
  readonly inputs: SignInInputs;
  readonly region: string | undefined;
  readonly clock: Clock;
  readonly say: (line: string) => void;
}): Sessions {
  const begin = () =>
    assumeRole({
      inputs,
      region,
      environment: process.env,
      // Without the run's signal: the rollback of a cancelled run uses the same sessions.
      date: () => clock.date(),
      calling: { clock, say },
      mask: setSecret,
      requestHandler: requestHandler(),
    });
  return keepSession({ begin, durationSeconds: inputs.durationSeconds, clock, say });
}
