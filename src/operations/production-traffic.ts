import type { Sentence } from '../deployment/sentence.ts';
import { percentText, type TrafficVerification, verifyTraffic } from '../deployment/verify-traffic.ts';
import { untilCancelledFor } from '../process/until-cancelled.ts';
import type { DeploymentRef, ServiceRef } from '../reference/deployment.ts';
import { callingUntilDone } from '../run/run.ts';
import { asSentence } from '../text/words.ts';
import type { ServiceRollout } from './service-rollout.ts';

/** A cancelled process is killed ten seconds later: a check of an end that ECS has decided isn't waited for longer. */
const leftMilliseconds = 2_000;

/** A completed deployment that doesn't get all production traffic is worth a warning: ECS doesn't check it. */
export async function withTraffic(
  options: ServiceRollout,
  { service, id }: DeploymentRef,
  sentence: Sentence,
): Promise<Sentence> {
  const traffic = await trafficOf(options, service, id);
  if (traffic.kind === 'unverified') options.say(unverified(options, traffic.why));
  if (traffic.kind !== 'elsewhere') return sentence;
  const text = `${sentence.text} But ${elsewhere(traffic.percent)} Check the weights of the production listener rule: somebody else may have changed them.`;
  return { ...sentence, reason: 'completed-without-traffic', text };
}

/** The same after a rollback of ECS: the version that is back has to get the traffic. */
export async function withTrafficBack(
  options: ServiceRollout,
  { service }: DeploymentRef,
  sentence: Sentence,
): Promise<Sentence> {
  // ECS refused to shift anything, and its words already say where the rule forwards.
  if (sentence.reason === 'network-configuration') return sentence;
  const { reader, follower } = options;
  const read = await reader.service(service.clusterArn, service.arn).catch(() => undefined);
  const primary = follower.current(read);
  if (primary === undefined) return sentence;
  const traffic = await trafficOf(options, service, primary.id);
  if (traffic.kind === 'unverified')
    return { ...sentence, text: `${sentence.text} ${unverified(options, traffic.why)}` };
  return traffic.kind === 'whole'
    ? sentence
    : { ...sentence, result: 'rollback-failed', text: `${sentence.text} But ${elsewhere(traffic.percent)}` };
}

async function trafficOf(
  { run, reader }: ServiceRollout,
  service: ServiceRef,
  deploymentId: string,
): Promise<TrafficVerification> {
  const verified = await untilCancelledFor(run, leftMilliseconds, () =>
    verifyTraffic({ elb: run.aws.elb, reader, calling: callingUntilDone(run) }, service, deploymentId),
  );
  return verified === 'cancelled' ? { kind: 'unverified', why: 'the run was cancelled' } : verified;
}

const elsewhere = (percent: number): string => `it gets ${percentText(percent)} of the production traffic.`;

const unverified = ({ seen }: ServiceRollout, why: string): string =>
  `Whether what ${seen.name} runs gets all production traffic isn't verified: ${asSentence(why)}`;
