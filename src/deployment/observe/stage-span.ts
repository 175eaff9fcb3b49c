import type { ServiceDeployment } from '@aws-sdk/client-ecs';
import { type Stage, stageOf } from './stage.ts';

/** How long a deployment was in one stage or step, as far as it was observed; AWS doesn't keep these times. */
export interface StageSpan {
  readonly stage: string;
  /** The new revision's percent of production traffic. */
  readonly production: number | undefined;
  /** Milliseconds since the epoch. */
  readonly from: number;
  /** Undefined while the stage lasts. */
  readonly to: number | undefined;
  /** False for a stage that had begun before the first reading. */
  readonly isWhole: boolean;
}

/**
 * Adds a reading of the record to the spans of the readings before it. A rollback ends them: the stages that it goes
 * through are not the deployment's own. Pure.
 *
 * @param isFirst whether nothing was read before
 */
export function withReading(
  spans: readonly StageSpan[],
  record: ServiceDeployment,
  { at, isFirst }: { readonly at: number; readonly isFirst: boolean },
): readonly StageSpan[] {
  const stage = goesOn(record) ? stageOf(record) : undefined;
  const last = spans.at(-1);
  if (last !== undefined && last.to === undefined && stage !== undefined && isSame(last, stage)) return spans;
  const ended = spans.map((span) => ({ ...span, to: span.to ?? at }));
  if (stage === undefined) return ended;
  const { name, weights } = stage;
  return [
    ...ended,
    { stage: name, production: weights.production, from: at, to: undefined, isWhole: !isFirst },
  ];
}

function goesOn({ status }: ServiceDeployment): boolean {
  return status === 'PENDING' || status === 'IN_PROGRESS';
}

function isSame(span: StageSpan, { name, weights }: Stage): boolean {
  return span.stage === name && span.production === weights.production;
}
