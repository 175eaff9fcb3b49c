import type { ComputePrice, Prices } from '../src/plan/show/prices.ts';

/**
 * Reads Fargate's prices from AWS's price list of Amazon ECS for one region (`.../offers/v1.0/aws/AmazonECS/current/REGION/
 * index.json`): products by SKU with a usage type, and their terms with a price.
 *
 * @returns undefined when the region has no Fargate
 */
export function pricesIn(list: unknown): Prices | undefined {
  const { products, terms } = objectOf(list);
  const onDemand = objectOf(objectOf(terms)['OnDemand']);
  const byUsage = new Map<string, number>();
  for (const [sku, product] of Object.entries(objectOf(products))) {
    const usage = objectOf(objectOf(product)['attributes'])['usagetype'];
    if (typeof usage !== 'string') continue;
    const price = priceIn(onDemand[sku]);
    const name = /(?:^|-)(Fargate-.*)$/.exec(usage)?.[1];
    if (name !== undefined && price !== undefined && !/spot/i.test(usage)) byUsage.set(name, price);
  }
  const compute = (vcpuName: string, gbName: string): ComputePrice | undefined => {
    const [vcpu, gb] = [byUsage.get(vcpuName), byUsage.get(gbName)];
    return vcpu === undefined || gb === undefined ? undefined : { vcpu, gb };
  };
  const x86 = compute('Fargate-vCPU-Hours:perCPU', 'Fargate-GB-Hours');
  const arm = compute('Fargate-ARM-vCPU-Hours:perCPU', 'Fargate-ARM-GB-Hours');
  if (x86 === undefined || arm === undefined) return undefined;
  return { x86, arm, storageGb: byUsage.get('Fargate-EphemeralStorage-GB-Hours') };
}

/** The first price in dollars above zero; free ones are tiers. */
function priceIn(offers: unknown): number | undefined {
  for (const offer of Object.values(objectOf(offers))) {
    for (const dimension of Object.values(objectOf(objectOf(offer)['priceDimensions']))) {
      const price = Number(objectOf(objectOf(dimension)['pricePerUnit'])['USD']);
      if (price > 0) return price;
    }
  }
  return undefined;
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}
