/** The target of a value in `secrets`; AWS is asked later whether it exists. */
export type SecretValue =
  | { readonly kind: 'secret'; readonly arn: string }
  | { readonly kind: 'parameter'; readonly arn: string }
  | { readonly kind: 'parameter-name'; readonly name: string }
  /** Perhaps the secret itself: the text must not be shown. */
  | { readonly kind: 'refused' };

/**
 * Tells what ECS would read for this `valueFrom` (documented): an ARN in Secrets Manager, where a JSON key, version
 * stage and version id may follow, or an ARN or a name in the Parameter Store (a name: same region only). A token that
 * would pass for a parameter's name is refused.
 */
export function readSecretValue(value: string): SecretValue {
  if (secretArn.test(value)) return { kind: 'secret', arn: value };
  if (parameterArn.test(value)) return { kind: 'parameter', arn: value };
  if (parameterName.test(value) && !value.startsWith('arn:') && !looksLikeToken(value))
    return { kind: 'parameter-name', name: value };
  return { kind: 'refused' };
}

/** Whether it points to a secret; if not, it may be the secret itself and must not be shown. */
export function isSecretReference(value: string): boolean {
  return readSecretValue(value).kind !== 'refused';
}

/**
 * Any partition: aws, aws-cn, aws-us-gov and others. AWS documents the characters of names that people give; its own
 * secrets have others (`rds!db-...`), so any but a colon is taken. A key of JSON may have spaces.
 */
const secretArn = /^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[^:\s]+(:[^:\r\n]*){0,3}$/;
const parameterArn = /^arn:aws[a-z-]*:ssm:[a-z0-9-]+:\d{12}:parameter\/[A-Za-z0-9_.:/-]+$/;
/** Letters, digits and `_.-/`; one with a slash has it first too (documented for PutParameter). */
const parameterName = /^(\/[A-Za-z0-9_.-]+(\/[A-Za-z0-9_.-]+)*|[A-Za-z0-9_.-]+)$/;

/**
 * Tokens by the form that their issuers document: AWS, GitHub, GitLab, npm, Slack, Stripe, Google, SendGrid, Vault, and any
 * JWT.
 */
const tokens = [
  /\b(A[KS]IA|AROA|ABIA)[A-Z0-9]{16}\b/,
  /\bgh[pousr]_[A-Za-z0-9]{20}|\bgithub_pat_[A-Za-z0-9_]{20}/,
  /\bgl(pat|ptt|dt|rt|cbt)-[\w-]{16}/,
  /\bnpm_[A-Za-z0-9]{20}/,
  /\bxox[abeprs]-[\w-]{8}/,
  /\b([srp]k_(live|test)|whsec)_\w{8}/,
  /\bAIza[\w-]{20}/,
  /\bSG\.[\w-]{10}/,
  /\bhv[sb]\.[\w-]{10}/,
  /(?<![\w-])eyJ[\w-]+\.eyJ/,
];

/** Whether a text is or holds a token that gives access to something, as far as its form tells. */
export function looksLikeToken(text: string): boolean {
  return tokens.some((form) => form.test(text));
}
