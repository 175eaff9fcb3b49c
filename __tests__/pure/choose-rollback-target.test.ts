import type { Deployment, ServiceDeploymentBrief } from '@aws-sdk/client-ecs';
import * as fc from 'fast-check';
import { chooseRollbackTarget, type RollbackSource } from '../../src/service/rollback-target.ts';

type Status = NonNullable<ServiceDeploymentBrief['status']>;

function past(status: Status, revision: string): ServiceDeploymentBrief {
  return { status, targetServiceRevisionArn: revision };
}

const none: RollbackSource = { kind: 'none' };
const revision = (serviceRevisionArn: string): RollbackSource => ({ kind: 'revision', serviceRevisionArn });
const definition = (taskDefinitionArn: string): RollbackSource => ({
  kind: 'task-definition',
  taskDefinitionArn,
});

const completed: Deployment = { id: '1', rolloutState: 'COMPLETED', taskDefinition: 'web:1' };
const failed: Deployment = { id: '2', rolloutState: 'FAILED', taskDefinition: 'web:2' };
const inFlight: Deployment = { id: '3', rolloutState: 'IN_PROGRESS', taskDefinition: 'web:3' };
const stateless: Deployment = { id: '4', taskDefinition: 'web:4', desiredCount: 2, runningCount: 2 };

describe('the way back', () => {
  it.each<[string, ServiceDeploymentBrief[] | undefined, Deployment[], RollbackSource]>([
    [
      'the newest that succeeded',
      [past('SUCCESSFUL', 'r2'), past('SUCCESSFUL', 'r1')],
      [completed],
      revision('r2'),
    ],
    [
      'not the one in flight',
      [past('IN_PROGRESS', 'r3'), past('SUCCESSFUL', 'r2')],
      [inFlight, completed],
      revision('r2'),
    ],
    [
      'none that was stopped or rolled back',
      [
        past('PENDING', 'r7'),
        past('STOPPED', 'r6'),
        past('ROLLBACK_SUCCESSFUL', 'r5'),
        past('ROLLBACK_FAILED', 'r4'),
        past('STOP_REQUESTED', 'r3'),
        past('ROLLBACK_IN_PROGRESS', 'r2'),
        past('SUCCESSFUL', 'r1'),
      ],
      [],
      revision('r1'),
    ],
    ['one whose target is told', [{ status: 'SUCCESSFUL' }, past('SUCCESSFUL', 'r1')], [], revision('r1')],
    [
      'what is COMPLETED where no history is told',
      undefined,
      [inFlight, failed, completed],
      definition('web:1'),
    ],
    [
      'what is COMPLETED where nothing in the history succeeded',
      [past('STOPPED', 'r2')],
      [failed, completed],
      definition('web:1'),
    ],
    ['what is COMPLETED where the history is over', [], [completed], definition('web:1')],
    ['the only deployment without a state, at full count', undefined, [stateless], definition('web:4')],
    ['no deployment without a state that is not up', undefined, [{ ...stateless, runningCount: 1 }], none],
    [
      'no deployment without a state of no tasks',
      undefined,
      [{ ...stateless, desiredCount: 0, runningCount: 0 }],
      none,
    ],
    ['no deployment without a state among others', undefined, [stateless, { ...stateless, id: '5' }], none],
    ['nothing in flight', undefined, [inFlight], none],
    ['nothing that failed', [past('STOPPED', 'r2')], [failed], none],
    [
      'nothing that failed, though its tasks run',
      undefined,
      [{ ...stateless, rolloutState: 'FAILED' }],
      none,
    ],
    ['nothing of nothing', undefined, [], none],
    ['nothing without a task definition', undefined, [{ rolloutState: 'COMPLETED' }], none],
  ])('is %s', (_what, history, deployments, expected) => {
    expect(chooseRollbackTarget(history, deployments)).toEqual(expected);
  });

  it('never is what is in flight or has failed', () => {
    const statuses: Status[] = ['PENDING', 'IN_PROGRESS', 'STOPPED', 'ROLLBACK_FAILED', 'SUCCESSFUL'];
    const history = fc.array(fc.constantFrom(...statuses).map((status) => past(status, status)));
    const deployments = fc.shuffledSubarray([inFlight, failed, completed]);
    fc.assert(
      fc.property(fc.option(history, { nil: undefined }), deployments, (told, seen) => {
        expect([none, revision('SUCCESSFUL'), definition('web:1')]).toContainEqual(
          chooseRollbackTarget(told, seen),
        );
      }),
    );
  });
});
