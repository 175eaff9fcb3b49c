import { platformOf, type TaskDefinitionDocument } from '../../task-definition/document.ts';
import { type JsonObject, listIn, numberIn, objectIn, textIn } from '../../text/json.ts';
import { isOnFargate } from '../rules/service.ts';
import { taskSize } from '../rules/size.ts';
import { type Prices, pricesByRegion, pricesDate } from './prices.ts';

/** The monthly cost of a service's tasks, before and after, in US dollars; `null` if unknown. */
export interface Cost {
  readonly region: string;
  /** When the list prices were taken. */
  readonly pricesOf: string;
  readonly before: number | null;
  readonly after: number | null;
  /** Whether a part runs on Spot, whose price moves: counted at 30 % of the list price. */
  readonly hasSpot: boolean;
}

/** A service with what its tasks run, as DescribeServices shows it. */
interface Running {
  readonly service: JsonObject;
  readonly document: TaskDefinitionDocument;
}

/** Compares list prices of the tasks alone: no load balancer, no traffic, no logs, no savings plan. Pure. */
export function costOf(region: string, before: Running, after: Running): Cost {
  const prices = pricesByRegion[region];
  return {
    region,
    pricesOf: pricesDate,
    before: monthlyCost(before, prices),
    after: monthlyCost(after, prices),
    hasSpot: spotShare(before.service) > 0 || spotShare(after.service) > 0,
  };
}

/** As AWS counts a month. */
const hours = 730;
/** AWS promises up to 70 % off and names no fixed price. */
const spotFactor = 0.3;
/** Every task has this much storage for free (documented). */
const freeStorageGiB = 20;

function monthlyCost({ service, document }: Running, prices: Prices | undefined): number | null {
  const size = taskSize(document);
  const platform = platformOf(document);
  // Windows has prices of its own, and a license on top.
  if (!isOnFargate(service) || prices === undefined || size === undefined || platform === 'windows/amd64') {
    return null;
  }
  const { vcpu, gb } = platform === 'linux/arm64' ? prices.arm : prices.x86;
  const storage = numberIn(objectIn(document.ephemeralStorage).sizeInGiB) ?? freeStorageGiB;
  const extraGiB = Math.max(0, storage - freeStorageGiB);
  if (extraGiB > 0 && prices.storageGb === undefined) return null;
  const compute = (size.cpuUnits / 1024) * vcpu + (size.memoryMiB / 1024) * gb;
  const share = spotShare(service);
  const task = compute * (1 - share + share * spotFactor) + extraGiB * (prices.storageGb ?? 0);
  return Math.round(task * (numberIn(service.desiredCount) ?? 0) * hours * 100) / 100;
}

/** The part of the tasks that runs on Spot: the base first, the rest by weight (documented). */
function spotShare(service: JsonObject): number {
  const count = numberIn(service.desiredCount) ?? 0;
  const providers = listIn(service.capacityProviderStrategy).map((item) => {
    const { capacityProvider, weight, base } = objectIn(item);
    const isSpot = textIn(capacityProvider) === 'FARGATE_SPOT';
    return { isSpot, weight: numberIn(weight) ?? 0, base: numberIn(base) ?? 0 };
  });
  const based = Math.min(count, sum(providers.map(({ base }) => base)));
  const weights = sum(providers.map(({ weight }) => weight));
  if (count === 0 || providers.length === 0) return 0;
  const spot = providers.filter(({ isSpot }) => isSpot);
  const bySpotBase = Math.min(based, sum(spot.map(({ base }) => base)));
  const byWeight = weights === 0 ? 0 : (sum(spot.map(({ weight }) => weight)) / weights) * (count - based);
  return (bySpotBase + byWeight) / count;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
