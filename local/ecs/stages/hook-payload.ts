import type { Document, Json } from '../../server/operation.ts';
import type { ServiceDeployment } from '../model/service.ts';
import { type PlannedStage, restOf, type Stage } from '../model/stages.ts';

/** Documented: only these stages tell a function the weights; the first those before the step. */
const stagesWithWeights = new Set<Stage>([
  'PRE_PRODUCTION_TRAFFIC_SHIFT',
  'TEST_TRAFFIC_SHIFT',
  'PRODUCTION_TRAFFIC_SHIFT',
]);

/** What a Lambda function of a lifecycle hook gets (documented). */
export function hookPayload(
  call: { readonly flight: ServiceDeployment; readonly planned: PlannedStage; readonly executionId: string },
  hookDetails: Json | undefined,
): Document {
  const { flight, planned, executionId } = call;
  const { stage, weights } = planned;
  const shares = (ofTarget: number): Document => {
    if (!stagesWithWeights.has(stage)) return {};
    return {
      [flight.target.revision.arn]: ofTarget,
      ...(flight.live !== undefined && { [flight.live.revision.arn]: restOf(ofTarget) }),
    };
  };
  return {
    executionId,
    lifecycleStage: stage,
    resourceArn: flight.arn,
    executionDetails: {
      serviceArn: flight.service.arn,
      targetServiceRevisionArn: flight.target.revision.arn,
      testTrafficWeights: shares(weights.test),
      productionTrafficWeights: shares(weights.production),
    },
    ...(hookDetails !== undefined && { hookDetails }),
  };
}
