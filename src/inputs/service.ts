import type { InputReader } from './reader.ts';

/** Settings of the service that change with the deployment; undefined: untouched. */
export interface ServiceInputs {
  readonly desiredCount: number | undefined;
  readonly forceNewDeployment: boolean;
}

export function readServiceInputs(read: InputReader): ServiceInputs {
  return {
    desiredCount: read.number('desired-count', undefined, { least: 0, most: 2_147_483_647, whole: true }),
    forceNewDeployment: read.flag('force-new-deployment', false),
  };
}
