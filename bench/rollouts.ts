import type { Behaviour } from '../local/runtime/simulated/behaviour.ts';
import {
  type BadEnd,
  type Cancelled,
  type GoodEnd,
  measureBad,
  measureCancel,
  measureGood,
} from './rollout.ts';
import { startStage } from './stage.ts';

/** A good deployment whose tasks take that long to pull, several times. */
export interface GoodCase {
  readonly pullSeconds: number;
  /** How many of ECS's seconds passed in a real one. */
  readonly speed: number;
  readonly ends: readonly GoodEnd[];
}

export interface Rollouts {
  readonly good: readonly GoodCase[];
  readonly crashLoop: readonly BadEnd[];
  readonly cancelled: readonly Cancelled[];
}

const copies = [0, 1, 2, 3, 4];

/** Good deployments with quick, usual and slow tasks, and a crash loop without a circuit breaker, all side by side. */
export async function measureRollouts(): Promise<Rollouts> {
  const [quick, usual, slow, crashLoop, cancelled] = await Promise.all([
    measureCase(0, 1),
    measureCase(30, 1),
    // Five minutes would be too long to watch.
    measureCase(300, 5),
    measureCrashLoop(),
    measureCancels(),
  ]);
  return { good: [quick, usual, slow], crashLoop, cancelled };
}

async function measureCase(pullSeconds: number, speed: number): Promise<GoodCase> {
  const services = copiesOf({ pullSeconds }, speed);
  await using stage = await startStage({ services, speed });
  const ends = await Promise.all(Object.keys(services).map((name) => measureGood(stage, name)));
  return { pullSeconds, speed, ends };
}

async function measureCrashLoop(): Promise<readonly BadEnd[]> {
  const services = copiesOf({ exit: { afterSeconds: 1, exitCode: 1 } }, 1);
  await using stage = await startStage({ services, speed: 1 });
  return await Promise.all(Object.keys(services).map((name) => measureBad(stage, name)));
}

async function measureCancels(): Promise<readonly Cancelled[]> {
  const services = copiesOf({ pullSeconds: 60 }, 1);
  await using stage = await startStage({ services, speed: 1 });
  return await Promise.all(Object.keys(services).map((name) => measureCancel(stage, name)));
}

/** Each starts half a real second later than the one before, so that their ends fall between two reads everywhere. */
function copiesOf(behaviour: Behaviour, speed: number): Readonly<Record<string, Behaviour>> {
  return Object.fromEntries(
    copies.map((copy) => [`web-${copy}`, { ...behaviour, startSeconds: 1 + (copy * speed) / 2 }]),
  );
}
