import type { InputName } from './input-names.ts';
import type { InputProblem } from './problem.ts';
import type { InputReader } from './reader.ts';
import { type OperationInputs, refusedByOperation } from './rollback.ts';
import { asksForSettings, type ServiceInputs } from './service.ts';

export interface ContinueInputs {
  /** Undefined: continue. */
  readonly answer: 'continue' | 'rollback' | undefined;
  /** Deployments as ECS names them (`ecs-svc/...`); empty: those that are paused now. */
  readonly deploymentIds: readonly string[];
}

export function readContinueInputs(read: InputReader): ContinueInputs {
  return {
    answer: read.optionalChoice('answer', ['continue', 'rollback']),
    deploymentIds: read.list('deployment-id'),
  };
}

/** Finds the problems that show without asking AWS. */
export function continueProblems(
  inputs: OperationInputs & {
    readonly continue: ContinueInputs;
    readonly services: readonly string[];
    readonly service: ServiceInputs;
  },
): readonly InputProblem[] {
  const {
    operation,
    continue: { answer, deploymentIds },
    services,
    service,
  } = inputs;
  if (operation !== 'continue') {
    const given: readonly InputName[] = [
      ...(answer === undefined ? [] : (['answer'] as const)),
      ...(deploymentIds.length === 0 ? [] : (['deployment-id'] as const)),
    ];
    return given.map((input) => ({ input, text: 'this input has an effect only with operation: continue.' }));
  }
  const problems: InputProblem[] = [];
  const wrong = deploymentIds.find((id) => !/^ecs-svc\/\d+$/.test(id));
  if (wrong !== undefined) {
    problems.push({
      input: 'deployment-id',
      text: `${JSON.stringify(wrong.slice(0, 100))} isn't the id of a deployment, such as ecs-svc/1234567890123456789. The output deployment-id of the step that deployed has it.`,
    });
  }
  if (deploymentIds.length > 0 && deploymentIds.length !== services.length) {
    problems.push({
      input: 'deployment-id',
      text: `the number of deployments is ${deploymentIds.length}, that of services ${services.length}. Name one deployment for each service, or none.`,
    });
  }
  const refused = refusedByOperation(inputs);
  if (refused.length > 0) {
    problems.push({
      input: 'operation',
      text: `continue answers a deployment as it is. Remove ${refused.join(', ')}.`,
    });
  }
  if (asksForSettings(service)) {
    problems.push({
      input: 'operation',
      text: 'continue changes no settings of the service. Remove the inputs that do, such as desired-count.',
    });
  }
  return problems;
}
