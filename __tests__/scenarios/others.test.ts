import {
  DeleteServiceCommand,
  StopServiceDeploymentCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import type { Document } from '../../local/server/operation.ts';
import { webTaskDefinition } from '../../scripts/web-service.ts';
import { registerTaskDefinition } from '../../src/aws/document.ts';
import { cluster, startWorld, type World, type WorldOptions } from './world.ts';

describe('what others decide', () => {
  const slow = { v2: { pullSeconds: 1200 } };
  const newest = async (world: World): Promise<string> => {
    const all = await world.serviceDeployments(2);
    return all[0] ?? '';
  };

  it.concurrent('a newer deployment supersedes ours, and is left alone', async () => {
    await using world = await startWorld();
    const step = world.start({ image: 'v2' });
    await step.printed(/has begun/);
    const { taskDefinition } = await world.service();
    expect(taskDefinition).toMatch(/web:2$/);
    await world.ecs.send(
      new UpdateServiceCommand({
        cluster,
        service: 'web',
        taskDefinition: 'web:1',
        forceNewDeployment: true,
      }),
    );
    const run = await step.finished;
    expect({ log: run.log, result: run.outputs.result, reason: run.outputs.reason }).toEqual({
      log: run.log,
      result: 'superseded',
      reason: 'another-deployment',
    });
    expect(run.exitCode).toBe(1);
    expect(world.fargate.calls.of('StopServiceDeployment')).toEqual([]);
    expect(await world.settled()).toBe('v1');
  });

  it.concurrent('a person who stops the deployment with a rollback', async () => {
    await using world = await startWorld({ behaviours: slow });
    const step = world.start({ image: 'v2' });
    await step.printed(/new tasks running/);
    await world.ecs.send(
      new StopServiceDeploymentCommand({ serviceDeploymentArn: await newest(world), stopType: 'ROLLBACK' }),
    );
    const run = await step.finished;
    expect({ log: run.log, result: run.outputs.result, reason: run.outputs.reason }).toEqual({
      log: run.log,
      result: 'rolled-back',
      reason: 'stopped-by-person',
    });
    expect(await world.settled()).toBe('v1');
  });

  it.concurrent('a person who deletes the service', async () => {
    await using world = await startWorld({ behaviours: slow });
    const step = world.start({ image: 'v2' });
    await step.printed(/new tasks running/);
    await world.ecs.send(new DeleteServiceCommand({ cluster, service: 'web', force: true }));
    const run = await step.finished;
    expect(run.outputs).toMatchObject({ result: 'failed', reason: 'service-deleted' });
  });

  it.concurrent('an alarm', async () => {
    await using world = await startWorld({
      behaviours: slow,
      service: {
        deploymentConfiguration: { alarms: { alarmNames: ['errors'], enable: true, rollback: true } },
      },
    });
    const step = world.start({ image: 'v2' });
    await step.printed(/new tasks running/);
    world.fargate.ecs.interfere.setAlarm('errors', 'ALARM');
    const run = await step.finished;
    expect(run.outputs).toMatchObject({ result: 'rolled-back', reason: 'alarm' });
    expect(await world.settled()).toBe('v1');
  });

  const alarms = (rollback: boolean, bakeTimeInMinutes?: number): WorldOptions['service'] => ({
    deploymentConfiguration: {
      alarms: { alarmNames: ['errors'], enable: true, rollback },
      ...(bakeTimeInMinutes === undefined ? {} : { bakeTimeInMinutes }),
    },
  });

  it.concurrent('an alarm without rollback', async () => {
    const service = alarms(false);
    await using world = await startWorld({ behaviours: slow, ...(service && { service }) });
    const step = world.start({ image: 'v2' });
    await step.printed(/new tasks running/);
    world.fargate.ecs.interfere.setAlarm('errors', 'ALARM');
    const run = await step.finished;
    expect(run.outputs).toMatchObject({ result: 'rolled-back', reason: 'alarm-without-rollback' });
    expect(run.log).toMatch(/The CloudWatch alarm errors went into ALARM/);
    expect(await world.settled()).toBe('v1');
  });

  it.concurrent('a bake time that outlasts the limit', async () => {
    const service = alarms(true);
    await using world = await startWorld({
      ...(service && { service }),
      containerHealthCheck: true,
    });
    const run = await world.deploy({ image: 'v2', 'wait-for-minutes': '0.1' });
    expect(run.outputs).toMatchObject({ result: 'timed-out', reason: 'only-cleanup-left' });
    expect(run.outputs.message).toMatch(/a bake time is running\. It was left as it is\.$/);
    expect(await world.settled()).toBe('v2');
  });

  /** What ECS shows is set by hand, since rolling updates of the local Fargate have no hooks. */
  interface Shown {
    readonly name: string;
    readonly shown: Document;
    readonly inputs?: Readonly<Record<string, string>>;
    readonly reason: string;
    readonly result: string;
    readonly log: RegExp;
    readonly runs: 'v1' | 'v2';
    /** Whether the engine really rolls back. */
    readonly isStopped?: boolean;
  }
  const shownEnds: readonly Shown[] = [
    {
      name: 'a lifecycle hook that fails',
      shown: {
        status: 'ROLLBACK_SUCCESSFUL',
        statusReason: 'Service deployment rolled back because the lifecycle hook smoke-test failed.',
      },
      isStopped: true,
      result: 'rolled-back',
      reason: 'lifecycle-hook',
      log: /rolled back by a lifecycle hook.*smoke-test failed/,
      runs: 'v1',
    },
    {
      name: 'ECS, which does not tell why',
      shown: { status: 'ROLLBACK_SUCCESSFUL', statusReason: '', rollback: { reason: '' } },
      isStopped: true,
      result: 'rolled-back',
      reason: 'rolled-back-by-ecs',
      log: /web:2 was rolled back by ECS; web runs the previous version/,
      runs: 'v1',
    },
    {
      name: 'a lifecycle hook that waits for its action beyond the limit',
      shown: { lifecycleHookDetails: [{ hookId: 'approve', status: 'AWAITING_ACTION' }] },
      inputs: { 'wait-for-minutes': '0.1' },
      result: 'timed-out',
      reason: 'paused-by-hook',
      log: /by the lifecycle hook approve, which waits[^]*the hook approve waits for somebody to continue or roll back\. It was left/,
      runs: 'v2',
    },
    {
      name: 'a person who stops it in place',
      shown: { status: 'STOPPED', statusReason: 'Stopped by user request.' },
      result: 'failed',
      reason: 'stopped-by-person',
      log: /was stopped by somebody[^]*What runs now:\nweb:2: [^]*--task-definition web:1 --force-new-deployment/,
      runs: 'v2',
    },
    {
      name: 'ECS, which completes it with a task too few',
      shown: { status: 'SUCCESSFUL', targetServiceRevision: { runningTaskCount: 1, pendingTaskCount: 0 } },
      result: 'deployed',
      reason: 'completed-short',
      log: /Warning: .*though 1 of 2 tasks run/,
      runs: 'v2',
    },
  ];
  it.concurrent.each(shownEnds)('$name', async ({ shown, inputs, result, reason, log, runs, isStopped }) => {
    await using world = await startWorld({ behaviours: slow });
    const step = world.start({ image: 'v2', ...inputs });
    await step.printed(/new tasks running/);
    const serviceDeploymentArn = await newest(world);
    world.fargate.ecs.interfere.setServiceDeployment(serviceDeploymentArn, shown);
    if (isStopped) {
      await world.ecs.send(new StopServiceDeploymentCommand({ serviceDeploymentArn, stopType: 'ROLLBACK' }));
    }
    const run = await step.finished;
    expect({ log: run.log, result: run.outputs.result, reason: run.outputs.reason }).toEqual({
      log: expect.stringMatching(log),
      result,
      reason,
    });
    expect(await world.settled()).toBe(runs);
  });

  it.concurrent('AWS, which takes Spot capacity back: no failure of the version', async () => {
    await using world = await startWorld();
    const step = world.start({ image: 'v2' });
    await step.printed(/has begun/);
    for (let taken = 0; taken < 4; taken++) {
      const [task] = await world.tasksOf('web:2');
      world.fargate.ecs.interfere.endTask(task ?? '', {
        stopCode: 'SpotInterruption',
        stoppedReason: 'Your Spot Task was interrupted.',
      });
    }
    const run = await step.finished;
    expect(run.outputs).toMatchObject({ result: 'deployed', reason: 'completed' });
    expect(await world.settled()).toBe('v2');
  });

  it.concurrent('a state that nobody knows yet is waited out', async () => {
    await using world = await startWorld({ behaviours: { v2: { pullSeconds: 900 } } });
    const step = world.start({ image: 'v2', 'wait-for-minutes': '0.15' });
    await step.printed(/new tasks running/);
    world.fargate.ecs.interfere.setServiceDeployment(await newest(world), { status: 'FROM_THE_FUTURE' });
    await step.printed(/ECS reports the state FROM_THE_FUTURE, which is not known here: waiting/);
    const run = await step.finished;
    expect(run.outputs).toMatchObject({ reason: 'time-limit' });
  });
});

describe('a deployment that somebody else begins just before our update', () => {
  /** Registers other:1, whose image is v3, and deploys it. */
  const deployOther = async (world: World): Promise<void> => {
    const digest = world.fargate.images.find('web', 'v3') ?? '';
    await registerTaskDefinition(world.ecs, {
      ...webTaskDefinition(world.fargate, digest, {}),
      family: 'other',
    });
    await world.ecs.send(new UpdateServiceCommand({ cluster, service: 'web', taskDefinition: 'other:1' }));
  };
  const forceSame = async (world: World): Promise<void> => {
    await world.ecs.send(new UpdateServiceCommand({ cluster, service: 'web', forceNewDeployment: true }));
  };
  const nothingStopped = (world: World): void => {
    expect(world.fargate.calls.of('StopServiceDeployment')).toEqual([]);
  };
  const scale = { 'desired-count': '4', build: 'false' };

  it.concurrent('is not ours when we only set a count', async () => {
    await using world = await startWorld({ behaviours: { v3: { exit: { afterSeconds: 2, exitCode: 1 } } } });
    world.fargate.faults.add({ operation: 'UpdateService', fault: { kind: 'throttle' } });
    const step = world.start(scale);
    await step.printed(/nothing was done, trying again/);
    await deployOther(world);
    const run = await step.finished;
    expect({ log: run.log, outputs: run.outputs }).toMatchObject({
      log: expect.not.stringMatching(/of web:1 has begun/),
      outputs: {
        result: 'superseded',
        reason: 'another-deployment',
        message: expect.stringMatching(/^web has the requested settings.* of other:1\) began.*left alone/),
      },
    });
    nothingStopped(world);
    expect(await world.service()).toMatchObject({
      desiredCount: 4,
      taskDefinition: expect.stringMatching(/other:1$/),
    });
    const post = await world.post(scale, run);
    expect({ log: post.log, exitCode: post.exitCode }).toEqual({ log: '', exitCode: 0 });
  });

  it.concurrent('is not stopped by post when the step was killed while it set a count', async () => {
    await using world = await startWorld();
    world.fargate.faults.add({ operation: 'UpdateService', fault: { kind: 'hang' } });
    const step = world.start(scale);
    await world.called('UpdateService');
    step.send('SIGKILL');
    const killed = await step.finished;
    await forceSame(world);
    const post = await world.post(scale, killed);
    expect({ log: post.log, exitCode: post.exitCode }).toEqual({
      log: expect.stringMatching(
        /web: the update only set a count or other settings; nothing to roll back\./,
      ),
      exitCode: 0,
    });
    nothingStopped(world);
  });

  it.concurrent('does not answer for a count whose answer was lost', async () => {
    await using world = await startWorld();
    world.fargate.faults.add({ operation: 'UpdateService', fault: { kind: 'reset-before' } });
    const step = world.start(scale);
    await step.printed(/looking whether the update was made/);
    await forceSame(world);
    const run = await step.finished;
    expect({ log: run.log, outputs: run.outputs }).toMatchObject({
      log: expect.stringMatching(/The update was not made; sending it again/),
      outputs: { result: 'superseded', reason: 'another-deployment' },
    });
    expect((await world.service()).desiredCount).toBe(4);
    nothingStopped(world);
  });

  it.concurrent.each([
    ['throttled', 'throttle', /nothing was done, trying again/],
    ['refused for a reason that passes', 'new-role', /This can pass: /],
  ] as const)('is not ours when it is of the revision that we deploy: %s', async (_, kind, waits) => {
    await using world = await startWorld();
    const good = await world.deploy({ image: 'v2' });
    expect(good.outputs.result).toBe('deployed');
    const updates = world.fargate.calls.of('UpdateService').length;
    world.fargate.faults.add({ operation: 'UpdateService', fault: { kind } });
    const step = world.start({ operation: 'rollback', to: 'web:1' });
    await step.printed(waits);
    await world.ecs.send(new UpdateServiceCommand({ cluster, service: 'web', taskDefinition: 'web:1' }));
    const run = await step.finished;
    expect({ log: run.log, outputs: run.outputs }).toMatchObject({
      log: expect.not.stringMatching(/of web:1 has begun/),
      outputs: {
        result: 'superseded',
        reason: 'another-deployment',
        message: expect.stringMatching(/somebody else began a deployment of web:1/),
      },
    });
    // Ours that was refused, and theirs.
    expect(world.fargate.calls.of('UpdateService')).toHaveLength(updates + 2);
    nothingStopped(world);
    expect(await world.settled()).toBe('v1');
  });
});
