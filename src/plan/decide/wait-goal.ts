import { choicesInWords, type InputProblem, inputFailure } from '../../inputs/problem.ts';
import type { WaitInputs } from '../../inputs/rollout.ts';
import type { ServiceState } from '../../service/describe.ts';
import { strategyOf } from '../../service/strategy.ts';
import { shiftedTraffic } from '../../service/traffic.ts';
import { type JsonObject, listIn, objectIn, wordIn } from '../../text/json.ts';
import type { ServiceChange } from './service.ts';

/**
 * Refuses to wait for what the deployments that a run begins never reach. One in flight that is only joined is followed to
 * its end.
 *
 * @throws Failure input-invalid, with the problems of all services
 */
export function refuseWaitGoals(
  wait: WaitInputs,
  services: readonly {
    readonly seen: ServiceState;
    readonly update: ServiceChange;
    readonly serviceAfter: JsonObject;
  }[],
): void {
  const problems = services.flatMap(({ seen, update, serviceAfter }) =>
    update.kind === 'update' && update.deploys ? waitGoalProblems(wait, seen.name, serviceAfter) : [],
  );
  if (problems.length > 0) throw inputFailure(problems);
}

/**
 * Finds what a step would wait for and a service's deployments never reach: a pause without a pause hook, a shift where no
 * traffic is shifted, a test where no traffic reaches the new version. Pure.
 *
 * @param service as DescribeServices shows it, with the configuration that it is about to have
 */
export function waitGoalProblems(
  { until, testUrl }: Pick<WaitInputs, 'until' | 'testUrl'>,
  name: string,
  service: JsonObject,
): readonly InputProblem[] {
  const paused = pausedStages(service);
  const problems: InputProblem[] = [];
  if (until === 'paused' && paused.length === 0) {
    problems.push({
      input: 'wait-until',
      text: `the value is paused, but deployments of ${name} never pause: its deployment configuration has no lifecycle hook of the type PAUSE. Add one, or remove wait-until.`,
    });
  }
  if (until === 'traffic-shifted' && !shiftedTraffic(service).production) {
    problems.push({
      input: 'wait-until',
      text: `the value is traffic-shifted, but deployments of ${name} shift no traffic: ${whyNoShift(service)}. Remove wait-until.`,
    });
  }
  if (testUrl !== undefined) {
    const tested = testableStages(service);
    if (!paused.some((stage) => tested.includes(stage))) {
      problems.push({
        input: 'test-url',
        text: `the URL is requested while a deployment is paused and traffic reaches the new version, which deployments of ${name} never are: ${whyNoTest(service, tested)}`,
      });
    }
  }
  return problems;
}

/** The stages at which a pause hook stops a deployment. */
function pausedStages(service: JsonObject): readonly string[] {
  return listIn(objectIn(service.deploymentConfiguration).lifecycleHooks)
    .map(objectIn)
    .filter(({ targetType }) => targetType === 'PAUSE')
    .flatMap(({ lifecycleStages }) => listIn(lifecycleStages).map(wordIn));
}

/** The stages that can pause (documented) and in which traffic reaches the new revision. */
function testableStages(service: JsonObject): readonly string[] {
  const traffic = shiftedTraffic(service);
  if (!traffic.production) return [];
  const { steps } = strategyOf(objectIn(service.deploymentConfiguration));
  return [
    ...(traffic.test ? ['POST_TEST_TRAFFIC_SHIFT'] : []),
    // Entered before every step: from the second on, production traffic reaches the new revision (documented).
    ...(traffic.test || steps.length > 1 ? ['PRE_PRODUCTION_TRAFFIC_SHIFT'] : []),
    'POST_PRODUCTION_TRAFFIC_SHIFT',
  ];
}

function whyNoShift(service: JsonObject): string {
  const { kind } = strategyOf(objectIn(service.deploymentConfiguration));
  return kind === 'ROLLING'
    ? 'its strategy is ROLLING'
    : 'it has no load balancer, Service Connect or VPC Lattice';
}

function whyNoTest(service: JsonObject, tested: readonly string[]): string {
  return tested.length === 0
    ? `${whyNoShift(service)}. Use health-check-url instead.`
    : `its deployment configuration has no lifecycle hook of the type PAUSE at ${choicesInWords(tested)}. Add one, or use health-check-url instead.`;
}
