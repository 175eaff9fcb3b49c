import { refusedBySts } from '../../src/sign-in/refusal.ts';

const roleArn = 'arn:aws:iam::123456789012:role/deploy';
const inputs = { roleArn, audience: 'sts.amazonaws.com', durationSeconds: 7200 };
const issuer = 'https://token.actions.githubusercontent.com';
const claims = { iss: issuer, sub: 'repo:o/r:environment:staging', aud: 'sts.amazonaws.com' };
const token = `a.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c`;

function adviceFor(name: string, message: string): string | undefined {
  const error = Object.assign(new Error(message), { name, $metadata: { httpStatusCode: 400 } });
  const failure = refusedBySts(error, inputs, token);
  expect(failure).toMatchObject({
    code: 'sign-in-failed',
    message: `AWS doesn't let this job assume the role ${roleArn}: ${name}: ${message}`,
  });
  return failure.advice;
}

// AWS's words as users report them.
it.each([
  [
    'AccessDenied',
    'Not authorized to perform sts:AssumeRoleWithWebIdentity',
    /trust policy.*sub is repo:o\/r:environment:staging, aud is sts.*account 123456789012 has no such role/,
  ],
  [
    'InvalidIdentityTokenException',
    `No OpenIDConnect provider found in your account for ${issuer}`,
    /Create the identity provider .* account 123456789012/,
  ],
  [
    'InvalidIdentityTokenException',
    'Incorrect token audience',
    /Add the audience sts\.amazonaws\.com .*input audience/,
  ],
  [
    'InvalidIdentityTokenException',
    "Couldn't retrieve verification key from your identity provider, please reference AssumeRoleWithWebIdentity documentation for requirements",
    /usually passes, so run the job again/,
  ],
  [
    'IDPCommunicationErrorException',
    'Failed to reach the identity provider',
    /usually passes, so run the job again/,
  ],
  [
    'InvalidIdentityTokenException',
    "OpenIDConnect provider's HTTPS certificate doesn't match configured thumbprint",
    /Renew the thumbprint/,
  ],
  [
    'ValidationError',
    'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    /Set role-duration-seconds \(7200\)/,
  ],
  [
    'RegionDisabledException',
    'STS is not activated in this region for account:123456789012',
    /STS isn't active/,
  ],
  [
    'ExpiredTokenException',
    'Token expired: current date/time must be before the expiration date/time',
    /the runner's clock/,
  ],
  [
    'ValidationError',
    "1 validation error detected: Value 'x y' at 'roleSessionName' failed to satisfy constraint",
    /role-session-name/,
  ],
  ['ValidationError', 'Request ARN is invalid', /role-to-assume/],
  ['SomethingNew', 'Nobody knows it yet', /trust policy/],
])('%s: %s', (name, message, advice) => {
  expect(adviceFor(name, message)).toMatch(advice);
});
