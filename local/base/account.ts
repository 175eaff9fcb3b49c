/** Whose resources these are: what ARNs are made of. */
export interface Account {
  readonly accountId: string;
  readonly region: string;
}

export function arn({ accountId, region }: Account, service: string, resource: string): string {
  return `arn:aws:${service}:${region}:${accountId}:${resource}`;
}
