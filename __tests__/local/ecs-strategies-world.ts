import type { Document, Json } from '../../local/server/operation.ts';
import {
  alternateGroupArn,
  item,
  items,
  productionRuleArn,
  targetGroupArn,
  testRuleArn,
  text,
  type World,
} from './ecs-world.ts';

const advancedConfiguration: Document = {
  alternateTargetGroupArn: alternateGroupArn,
  productionListenerRule: productionRuleArn,
  testListenerRule: testRuleArn,
  roleArn: 'arn:aws:iam::123456789012:role/infrastructure',
};

const balanced: Json[] = [
  { targetGroupArn, containerName: 'app', containerPort: 8080, advancedConfiguration },
];

/** Creates `web` with a strategy and waits until its first deployment has succeeded. */
export async function steady(
  world: World,
  deploymentConfiguration: Document,
  changes: Document = {},
): Promise<void> {
  const loadBalancers = balanced;
  await world.create(await world.register(''), { deploymentConfiguration, loadBalancers, ...changes });
  for (let minute = 0; minute < 30 && (await newest(world))['status'] !== 'SUCCESSFUL'; minute++)
    await world.pass(60);
  if ((await newest(world))['status'] !== 'SUCCESSFUL')
    throw new Error('The first deployment did not succeed.');
}

/** The record of the newest service deployment. */
export async function newest(world: World): Promise<Document> {
  return read(world, text(await world.service(), 'currentServiceDeployment'));
}

/** The stages that the newest deployment goes through until it ends, each once, as `stageOf` shows them. */
export async function stages(world: World, mostSeconds = 7200): Promise<string[]> {
  const arn = text(await newest(world), 'serviceDeploymentArn');
  const shown: string[] = [];
  for (let second = 0; second < mostSeconds; second++) {
    const record = await read(world, arn);
    const stage = stageOf(record);
    if (shown.at(-1) !== stage && record['lifecycleStage'] !== undefined) shown.push(stage);
    if (record['finishedAt'] !== undefined) return shown;
    await world.pass(1);
  }
  throw new Error(`It did not end: ${shown.join(', ')}`);
}

/** Moves on until the newest deployment is in a stage. */
export async function reach(world: World, name: string, mostSeconds = 7200): Promise<void> {
  const arn = text(await newest(world), 'serviceDeploymentArn');
  for (let second = 0; second < mostSeconds; second++) {
    if ((await read(world, arn))['lifecycleStage'] === name) return;
    await world.pass(1);
  }
  throw new Error(`It did not reach ${name}, but ${stageOf(await read(world, arn))}.`);
}

async function read(world: World, arn: string): Promise<Document> {
  const answer = await world.call('DescribeServiceDeployments', { serviceDeploymentArns: [arn] });
  return items(answer, 'serviceDeployments')[0] ?? {};
}

/** Stage, and the new revision's shares of test and production traffic, e.g. `BAKE_TIME 100/100`. */
function stageOf(record: Document): string {
  const target = item(record, 'targetServiceRevision');
  const shares = ['requestedTestTrafficWeight', 'requestedProductionTrafficWeight'];
  return `${text(record, 'lifecycleStage')} ${shares.map((member) => text(target, member)).join('/')}`;
}

/** Weights of the production and the test rule by group: `100/0 0/100`. */
export function weights({ listenerRules }: World): string {
  return [productionRuleArn, testRuleArn]
    .map((rule) => {
      const shares = listenerRules.weightsOf(rule);
      return [targetGroupArn, alternateGroupArn].map((group) => shares?.get(group) ?? 0).join('/');
    })
    .join(' ');
}

/** The group that the newest revision uses: `web` or `web-2`. */
export async function liveGroup(world: World): Promise<string> {
  const arn = text(item(await newest(world), 'targetServiceRevision'), 'arn');
  const answer = await world.call('DescribeServiceRevisions', { serviceRevisionArns: [arn] });
  const resolved = item(items(answer, 'serviceRevisions')[0] ?? {}, 'resolvedConfiguration');
  return text(items(resolved, 'loadBalancers')[0] ?? {}, 'targetGroupArn').split('/')[1] ?? '';
}
