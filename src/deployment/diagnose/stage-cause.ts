import { failedHookIn, isLoadBalancerDenied, reasonIn } from '../observe/rollback-cause.ts';
import type { Snapshot } from '../observe/snapshot.ts';
import type { LikelyCause } from './known-causes.ts';

/**
 * What probably went wrong in a lifecycle stage, by the reason that ECS gives for the end of the deployment; undefined
 * for any other reason. Pure.
 */
export function stageCause({ serviceDeployment, events, deploymentId }: Snapshot): LikelyCause | undefined {
  if (serviceDeployment === undefined) return undefined;
  const { reason } = reasonIn(serviceDeployment, events, deploymentId);
  const known = stageCauses.find(({ pattern }) => pattern.test(reason));
  return known?.explain(reason);
}

/** The texts are documented, or observed in real deployments. The most specific comes first. */
const stageCauses: readonly {
  readonly pattern: RegExp;
  readonly explain: (reason: string) => LikelyCause;
}[] = [
  {
    pattern: /pause hook timed out/i,
    explain: () => ({
      says: 'The pause ended at its time-out, and its action is ROLLBACK.',
      advice:
        "Deploy again and answer the pause in time, or raise timeoutInMinutes in the hook's timeoutConfiguration.",
    }),
  },
  {
    pattern: /returned FAILED status/i,
    explain: (reason) => ({
      says: `The function ${functionIn(reason)} rejected this version.`,
      advice: `Find out why in ${logOf(reason)}.`,
    }),
  },
  {
    pattern: /unable to assume role/i,
    explain: (reason) => ({
      says: `ECS can't assume ${roleIn(reason)}.`,
      advice: 'Check that the role exists and that its trust policy allows ecs.amazonaws.com.',
    }),
  },
  {
    pattern: /unable to invoke hook target/i,
    explain: (reason) => ({
      says: `ECS could not call the function ${functionIn(reason)}.`,
      advice: "Check that the function exists, and allow lambda:InvokeFunction on it for the hook's role.",
    }),
  },
  {
    pattern: /unable to parse the response/i,
    explain: (reason) => ({
      says: `The function ${functionIn(reason)} threw an error, ran out of time, or returned no hookStatus.`,
      advice: `See ${logOf(reason)}. The function has to return hookStatus SUCCEEDED, FAILED or IN_PROGRESS.`,
    }),
  },
  {
    pattern: /hook target \S+ timed out/i,
    explain: (reason) => ({
      says: `The function ${functionIn(reason)} did not finish within the hook's time-out.`,
      advice: `See ${logOf(reason)}, or raise timeoutInMinutes in the hook's timeoutConfiguration.`,
    }),
  },
  {
    pattern:
      /not authorized to perform: elasticloadbalancing:|missing permissions on ECS Infrastructure Role/i,
    explain: (reason) => ({
      says: isLoadBalancerDenied(reason)
        ? `The ECS infrastructure role isn't allowed to call ${actionIn(reason)}. No lifecycle hook is at fault.`
        : "The ECS infrastructure role isn't allowed to change the load balancer.",
      advice:
        'Attach the policy AmazonECSInfrastructureRolePolicyForLoadBalancers to the role that loadBalancers[].advancedConfiguration.roleArn names.',
    }),
  },
  {
    pattern: /should have exactly one target group serving traffic/i,
    explain: () => ({
      says: 'The production listener rule sends traffic to both target groups, so something else than ECS has set its weights.',
      advice: 'Set the weight of one group to 0 (the one without running tasks), and deploy again.',
    }),
  },
  {
    pattern: /forwarding traffic to unexpected target group/i,
    explain: () => ({
      says: 'The production listener rule sends traffic to a target group that the service does not name.',
      advice:
        "Point the rule to the target group of the running tasks, or name the rule's groups in the service's loadBalancers.",
    }),
  },
  {
    pattern: /is not associated with either productionListenerRule or testListenerRule/i,
    explain: () => ({
      says: "No listener rule of the service forwards to the new tasks' target group.",
      advice: 'Add both target groups to the production listener rule, with weights 100 and 0.',
    }),
  },
  {
    pattern: /rules not found/i,
    explain: () => ({
      says: "A listener rule that the service's advancedConfiguration names does not exist.",
      advice: 'Create the rule again, or set its new ARN in advancedConfiguration.',
    }),
  },
  {
    pattern: /\b24 ?h(ours?)?\b/i,
    explain: () => ({
      says: 'The new tasks never became healthy, or a hook never answered.',
      advice:
        'Find out which stage it was. A circuit breaker ends a version that does not start much earlier, and a short time-out of the hook does the same for a hook.',
    }),
  },
];

function functionIn(reason: string): string {
  return failedHookIn(reason).target ?? 'of the lifecycle hook';
}

/** Lambda's own log group, unless the function names another (documented). */
function logOf(reason: string): string {
  const { target } = failedHookIn(reason);
  const [name] = target?.split(':') ?? [];
  return name === undefined ? "the function's log" : `its log (CloudWatch log group /aws/lambda/${name})`;
}

function roleIn(reason: string): string {
  const name = /assume role arn:\S+?:role\/(\S+)/i.exec(reason)?.[1];
  return name === undefined ? "the hook's role" : `the hook's role ${name.replace(/[.,;]$/, '')}`;
}

function actionIn(reason: string): string {
  return /elasticloadbalancing:\w+/i.exec(reason)?.[0] ?? 'elasticloadbalancing';
}
