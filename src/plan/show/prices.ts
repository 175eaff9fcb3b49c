/** Fargate's prices in a region, in US dollars per hour. */
export interface Prices {
  readonly x86: ComputePrice;
  readonly arm: ComputePrice;
  /** A GB of storage beyond the 20 that are there; undefined where it is not in the table. */
  readonly storageGb: number | undefined;
}

export interface ComputePrice {
  readonly vcpu: number;
  readonly gb: number;
}

/** When the list was taken. */
export const pricesDate = '2026-03';

/**
 * List prices of Linux on Fargate; `node scripts/prices.ts` rewrites this file from AWS's public price list. Until it
 * was, they are what others published of their readings of that list; of ARM in eu-central-1, of storage in eu-west-1 and
 * us-west-2 what is commonly cited.
 */
export const pricesByRegion: Readonly<Record<string, Prices>> = {
  'eu-central-1': {
    x86: { vcpu: 0.04656, gb: 0.00511 },
    arm: { vcpu: 0.03725, gb: 0.00409 },
    storageGb: undefined,
  },
  'eu-west-1': {
    x86: { vcpu: 0.04048, gb: 0.004445 },
    arm: { vcpu: 0.03238, gb: 0.00356 },
    storageGb: 0.000111,
  },
  'sa-east-1': {
    x86: { vcpu: 0.0696, gb: 0.0076 },
    arm: { vcpu: 0.0557, gb: 0.00612 },
    storageGb: undefined,
  },
  'us-east-1': {
    x86: { vcpu: 0.04048, gb: 0.004445 },
    arm: { vcpu: 0.03238, gb: 0.00356 },
    storageGb: 0.000111,
  },
  'us-east-2': {
    x86: { vcpu: 0.04048, gb: 0.004445 },
    arm: { vcpu: 0.03238, gb: 0.00356 },
    storageGb: 0.000111,
  },
  'us-west-2': {
    x86: { vcpu: 0.04048, gb: 0.004445 },
    arm: { vcpu: 0.03238, gb: 0.00356 },
    storageGb: 0.000111,
  },
};
