import { eventText } from '../model/events.ts';
import { launchOf } from '../model/launch.ts';
import { post } from '../model/post-event.ts';
import { primaryOf, type Service } from '../model/service.ts';
import type { State } from '../model/state.ts';
import { complete } from '../rollout/rollout.ts';
import type { TaskLife } from '../tasks/task-life.ts';
import type { Step } from './tally.ts';

/** What the steps of a plan work with. */
interface StepParts {
  readonly state: State;
  readonly life: TaskLife;
  /** Has the service scheduled again. */
  readonly wake: (service: Service) => void;
}

/** Carries out one step of a plan; its stops are carried out before, all together. */
export function carryOut(parts: StepParts, service: Service, step: Step): void {
  const { state, wake } = parts;
  switch (step.kind) {
    case 'stop':
      return;
    case 'start':
      return start(parts, service, step);
    case 'hold': {
      const held = service.deployments.find((one) => one.id === step.deploymentId);
      if (held !== undefined) held.desiredCount = step.desiredCount;
      return;
    }
    case 'bake':
      primaryOf(service).bakeStartedAt = state.clock.now();
      return wake(service);
    case 'complete':
      // A service deployment is in progress before it ends.
      if (service.inFlight?.status !== 'PENDING') complete(state, service);
      return;
    case 'stuck':
      return post(state, service, eventText.stuck(), true);
  }
}

function start({ state, life }: StepParts, service: Service, step: Extract<Step, { kind: 'start' }>): void {
  const deployment = service.deployments.find((one) => one.id === step.deploymentId);
  if (deployment === undefined) return;
  const ids = Array.from({ length: step.count }, () => life.launch(launchOf(service, deployment)).id);
  post(state, service, eventText.started(ids, step.replacing));
}
