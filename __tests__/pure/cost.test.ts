import { pricesIn } from '../../scripts/price-list.ts';
import { costOf } from '../../src/plan/show/cost.ts';
import type { JsonObject } from '../../src/text/json.ts';

const small = { cpu: '256', memory: '512' };
const service = (desiredCount: number, strategy: readonly JsonObject[] = []): JsonObject => ({
  desiredCount,
  capacityProviderStrategy: strategy,
});
const two = service(2);
const arm = { runtimePlatform: { cpuArchitecture: 'ARM64' } };

/** The monthly cost after the change, in us-east-1. */
function monthly(document: JsonObject, of: JsonObject): number | null {
  return costOf('us-east-1', { service: two, document: small }, { service: of, document }).after;
}

describe('the cost in a month', () => {
  // 730 x (0.25 x 0.04048 + 0.5 x 0.004445) = 9.01
  it.each<[string, JsonObject, JsonObject, number | null]>([
    ['of one task', small, service(1), 9.01],
    ['of no task', small, service(0), 0],
    ['of two', small, two, 18.02],
    ['written in other units', { cpu: '.25 vCPU', memory: '.5 GB' }, two, 18.02],
    ['on ARM', { ...small, ...arm }, service(1), 7.21],
    ['with storage', { ...small, ephemeralStorage: { sizeInGiB: 120 } }, service(1), 17.11],
    ['on Spot', small, service(1, [{ capacityProvider: 'FARGATE_SPOT', weight: 1 }]), 2.7],
    [
      'on both',
      small,
      service(4, [
        { capacityProvider: 'FARGATE', base: 2, weight: 1 },
        { capacityProvider: 'FARGATE_SPOT', weight: 1 },
      ]),
      29.73,
    ],
    [
      'on Windows',
      { ...small, runtimePlatform: { operatingSystemFamily: 'WINDOWS_SERVER_2022_CORE' } },
      two,
      null,
    ],
    ['of no size', {}, two, null],
    ['of a service on EC2', small, { ...two, launchType: 'EC2' }, null],
    ["with a cluster's own capacity", small, service(2, [{ capacityProvider: 'mine', weight: 1 }]), null],
    ['with the storage that is free', { ...small, ephemeralStorage: { sizeInGiB: 20 } }, service(1), 9.01],
    // 2 of 5 are the base; of the other 3 two thirds are on Spot.
    [
      'on both, by weight',
      small,
      service(5, [
        { capacityProvider: 'FARGATE', base: 2, weight: 1 },
        { capacityProvider: 'FARGATE_SPOT', weight: 2 },
      ]),
      32.44,
    ],
    [
      'on a base of Spot alone',
      small,
      service(2, [{ capacityProvider: 'FARGATE_SPOT', base: 5, weight: 0 }]),
      5.41,
    ],
    [
      'on ARM and Spot with storage',
      { ...small, ...arm, ephemeralStorage: { sizeInGiB: 120 } },
      service(1, [{ capacityProvider: 'FARGATE_SPOT', weight: 1 }]),
      10.27,
    ],
  ])('%s', (_, document, of, amount) => {
    expect(monthly(document, of)).toBe(amount);
  });

  it('is not told for a region that is not in the table', () => {
    const running = { service: two, document: small };
    expect(costOf('xx-north-1', running, running)).toMatchObject({ before: null, after: null });
  });
});

it('reads the prices of a region out of the list of AWS', () => {
  const usages = {
    'EUC1-Fargate-vCPU-Hours:perCPU': '0.0465600000',
    'EUC1-Fargate-GB-Hours': '0.0051100000',
    'EUC1-Fargate-ARM-vCPU-Hours:perCPU': '0.0372500000',
    'EUC1-Fargate-ARM-GB-Hours': '0.0040900000',
    'EUC1-Fargate-EphemeralStorage-GB-Hours': '0.0001280000',
    'EUC1-SpotUsage:Fargate-vCPU-Hours:perCPU': '0.01',
    'EUC1-ECS-Anywhere-Instance-hours': '0.01',
  };
  const skus = Object.entries(usages).map(([usage, price], index) => ({ sku: `SKU${index}`, usage, price }));
  const list = {
    products: Object.fromEntries(skus.map(({ sku, usage }) => [sku, { attributes: { usagetype: usage } }])),
    terms: {
      OnDemand: Object.fromEntries(
        skus.map(({ sku, price }) => [
          sku,
          {
            [`${sku}.JRTCKXETXF`]: {
              priceDimensions: {
                free: { pricePerUnit: { USD: '0' } },
                paid: { pricePerUnit: { USD: price } },
              },
            },
          },
        ]),
      ),
    },
  };
  expect(pricesIn(list)).toEqual({
    x86: { vcpu: 0.04656, gb: 0.00511 },
    arm: { vcpu: 0.03725, gb: 0.00409 },
    storageGb: 0.000128,
  });
  expect(pricesIn({})).toBeUndefined();
});
