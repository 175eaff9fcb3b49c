import type { Json } from '../text/json.ts';

/** A setting of the service that a run changes. */
export interface ChangedSetting {
  /** As the input is called. */
  readonly name: string;
  /** As DescribeServices and UpdateService call it. */
  readonly member: string;
  /** Where both have it. */
  readonly place: 'service' | 'deploymentConfiguration';
  readonly before: Json;
  readonly after: Json;
}

export interface RunImage {
  readonly container: string;
  /** As the task definition names it. */
  readonly image: string;
  /** What ECS resolved it to; undefined where it does not tell. */
  readonly digest: string | undefined;
}

/** Where a failed deployment returns to; fixed before anything is touched. */
export interface RollbackTarget {
  /** Undefined where ECS does not tell service revisions. */
  readonly serviceRevisionArn: string | undefined;
  readonly taskDefinitionArn: string;
  /** The images that ECS ran for it; empty where it does not tell. */
  readonly images: readonly RunImage[];
  /** The settings that this run changes. */
  readonly settings: readonly ChangedSetting[];
}
