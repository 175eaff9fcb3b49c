import type { DeploymentConfiguration } from '@aws-sdk/client-ecs';
import { brokenVersion } from './backend.ts';
import type { Stage } from './stage.ts';

/** One step of a workflow, and how it has to end. */
export interface Act {
  readonly title: string;
  /** The version of the web app that it deploys; undefined for a step that only answers a pause. */
  readonly version: number | undefined;
  /** Inputs besides cluster, service and version. */
  readonly inputs: (stage: Stage) => Readonly<Record<string, string>>;
  readonly exitCode: 0 | 1;
  /** How long visitors are watched after it, where the web app answers. */
  readonly watchSeconds?: number;
}

/** What `npm run demo` can show. */
export interface Play {
  /** The strategy of the service; undefined: rolling updates. */
  readonly strategy: DeploymentConfiguration | undefined;
  readonly acts: readonly Act[];
}

const none = () => ({});

const rolling: Play = {
  strategy: undefined,
  acts: [
    { title: 'The first version', version: 1, inputs: none, exitCode: 0 },
    { title: 'A good second version', version: 2, inputs: none, exitCode: 0 },
    { title: 'A broken third version', version: brokenVersion, inputs: none, exitCode: 1 },
  ],
};

/** 20 % of the traffic, a pause before each step, and the rest. */
const gated = `
canaryConfiguration:
  canaryPercent: 20
  canaryBakeTimeInMinutes: 0
lifecycleHooks:
  - targetType: PAUSE
    lifecycleStages: [PRE_PRODUCTION_TRAFFIC_SHIFT]`;

const canary: Play = {
  strategy: {
    strategy: 'CANARY',
    bakeTimeInMinutes: 0,
    canaryConfiguration: { canaryPercent: 20, canaryBakeTimeInMinutes: 0 },
  },
  acts: [
    { title: 'The first version', version: 1, inputs: none, exitCode: 0 },
    {
      title: 'A canary of version 2, up to the pause before it gets traffic',
      version: 2,
      inputs: () => ({ 'deployment-configuration': gated, 'wait-until': 'paused' }),
      exitCode: 0,
    },
    {
      title: 'Continue, with 20 % of the traffic',
      version: undefined,
      inputs: () => ({ operation: 'continue', 'wait-until': 'paused' }),
      exitCode: 0,
      watchSeconds: 5,
    },
    {
      title: 'Continue, with all of it',
      version: undefined,
      inputs: () => ({ operation: 'continue' }),
      exitCode: 0,
    },
    {
      title: 'A third version, healthy, but with no database behind it',
      version: brokenVersion,
      inputs: ({ testUrl }) => ({
        'environment-variables': 'DATABASE_URL=postgres://nowhere.example.com',
        'test-url': `${testUrl}/ready`,
      }),
      exitCode: 1,
    },
  ],
};

export const plays = { rolling, canary };
