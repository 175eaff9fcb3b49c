/** The account and region that own the resources, as in their ARNs. */
export interface Account {
  readonly accountId: string;
  readonly region: string;
}

/** The account of a local Fargate that is given none. */
export const defaultAccount: Account = { accountId: '123456789012', region: 'eu-west-1' };

export function arn({ accountId, region }: Account, service: string, resource: string): string {
  return `arn:aws:${service}:${region}:${accountId}:${resource}`;
}
