import { type JsonObject, listIn, objectIn, textIn } from '../text/json.ts';
import { strategyOf } from './strategy.ts';

/** The traffic that ECS shifts when it deploys a service. */
export interface ShiftedTraffic {
  /** Whether production traffic moves from the old revision to the new one. */
  readonly production: boolean;
  /** Whether test traffic reaches the new revision before production traffic does. */
  readonly test: boolean;
}

/**
 * Reads which traffic ECS shifts. A rolling deployment shifts none: it replaces tasks behind the same target groups. Neither
 * does a blue/green deployment of a service without a load balancer, Service Connect or VPC Lattice (documented). In doubt
 * the answer is true, because false refuses what the user asks for: Express services keep their load balancer to themselves.
 *
 * @param service as DescribeServices shows it, with the configuration that it is about to have
 */
export function shiftedTraffic(service: JsonObject): ShiftedTraffic {
  if (strategyOf(objectIn(service.deploymentConfiguration)).kind === 'ROLLING') return noTraffic;
  if (textIn(service.resourceManagementType) === 'ECS') return { production: true, test: true };
  const balancers = listIn(service.loadBalancers).map((one) => objectIn(objectIn(one).advancedConfiguration));
  const deployments = listIn(service.deployments).map(objectIn);
  const primary = deployments.find(({ status }) => status === 'PRIMARY') ?? {};
  const hasServiceConnect = objectIn(primary.serviceConnectConfiguration).enabled === true;
  const hasLattice = listIn(primary.vpcLatticeConfigurations).length > 0;
  return {
    production: balancers.length > 0 || hasServiceConnect || hasLattice,
    // Service Connect has a test header even without rules for it (documented); VPC Lattice's test rules are not documented.
    test:
      hasServiceConnect || hasLattice || balancers.some(({ testListenerRule }) => textIn(testListenerRule)),
  };
}

const noTraffic: ShiftedTraffic = { production: false, test: false };
