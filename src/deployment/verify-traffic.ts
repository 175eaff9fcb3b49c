import type { Service } from '@aws-sdk/client-ecs';
import type { Calling } from '../aws/call.ts';
import type { Aws } from '../aws/clients.ts';
import { wordsOf } from '../aws/errors.ts';
import type { ServiceRef } from '../reference/deployment.ts';
import { type ProductionTraffic, readProductionTraffic } from '../service/production-traffic.ts';
import type { Reader } from '../service/reader.ts';
import { isRevisionOf } from '../service/service-deployments.ts';
import { shiftedTraffic } from '../service/traffic.ts';
import { isJsonObject } from '../text/json.ts';

/** Everything that reading the weights takes. */
export interface TrafficContext {
  readonly elb: Aws['elb'];
  readonly reader: Reader;
  readonly calling: Calling;
}

/** Whether the version that a service runs gets its production traffic. */
export type TrafficVerification =
  /** All of it, or ECS shifts none for this service. */
  | { readonly kind: 'whole' }
  | { readonly kind: 'elsewhere'; readonly percent: number }
  | { readonly kind: 'unverified'; readonly why: string };

/** Weights may be read before ECS's last change is visible. */
const mostReads = 3;
const betweenReadsMilliseconds = 2_000;

/**
 * Verifies that a deployment gets all production traffic, by the load balancer's own weights where there is one: ECS doesn't
 * compare them with what runs (aws/containers-roadmap#2853), and others may change them (aws/aws-cdk#36649). Never throws.
 */
export async function verifyTraffic(
  context: TrafficContext,
  { clusterArn, arn }: ServiceRef,
  deploymentId: string,
): Promise<TrafficVerification> {
  const { reader, calling } = context;
  try {
    const service = await reader.service(clusterArn, arn);
    for (let reads = 1; ; reads++) {
      const traffic = await readTraffic(context, service, deploymentId);
      if (traffic.kind === 'unknown') return { kind: 'unverified', why: traffic.why };
      if (traffic.kind === 'unmanaged' || traffic.percent === 100) return { kind: 'whole' };
      if (reads === mostReads) return { kind: 'elsewhere', percent: traffic.percent };
      await calling.clock.sleep(betweenReadsMilliseconds, calling.signal);
    }
  } catch (error) {
    return { kind: 'unverified', why: wordsOf(error) };
  }
}

/**
 * The production traffic of one deployment of a service.
 * @throws what ECS answers when the service revision can't be read
 */
export async function readTraffic(
  context: TrafficContext,
  service: Service | undefined,
  deploymentId: string,
): Promise<ProductionTraffic> {
  const isByLoadBalancer =
    service?.loadBalancers?.some(({ advancedConfiguration }) => advancedConfiguration) === true;
  if (!isByLoadBalancer) return readRequested(context, service, deploymentId);
  const arn = service.currentServiceRevisions?.find((one) => isRevisionOf(one.arn, deploymentId))?.arn;
  const revision = arn === undefined ? undefined : await context.reader.serviceRevision(arn);
  return revision === undefined
    ? { kind: 'unknown', why: "ECS doesn't show its service revision" }
    : readProductionTraffic(context, revision);
}

/**
 * Service Connect and VPC Lattice show no weights of their own, so the record of the service's newest deployment counts where
 * it requests all traffic for the version. What it shows once a rollback is over is not documented: any other share proves
 * nothing.
 */
async function readRequested(
  { reader }: TrafficContext,
  service: Service | undefined,
  deploymentId: string,
): Promise<ProductionTraffic> {
  const document: unknown = JSON.parse(JSON.stringify(service ?? {}));
  if (!isJsonObject(document) || !shiftedTraffic(document).production) return { kind: 'unmanaged' };
  const arn = service?.currentServiceDeployment;
  const record = arn === undefined ? undefined : await reader.serviceDeployment(arn);
  const revisions = [record?.targetServiceRevision, ...(record?.sourceServiceRevisions ?? [])];
  const own = revisions.find((one) => isRevisionOf(one?.arn, deploymentId));
  const percent = own?.requestedProductionTrafficWeight;
  if (percent === 100) return { kind: 'known', percent };
  const shown = percent === undefined ? 'shows no weights' : `requests ${percentText(percent)} of it`;
  return { kind: 'unknown', why: `ECS's record of the deployment ${shown}` };
}

/** A share as people write it: without a fraction where it has none. */
export function percentText(percent: number): string {
  return `${Math.round(percent * 10) / 10}%`;
}
