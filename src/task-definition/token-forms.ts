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
