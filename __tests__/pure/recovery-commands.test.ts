import { commandsOf } from '../../src/operations/recovery-commands.ts';

const service = { name: 'web', clusterArn: 'c' };
const rollbackTarget = {
  serviceRevisionArn: undefined,
  taskDefinitionArn: 'arn:aws:ecs:eu-west-1:111122223333:task-definition/web:7',
  images: [],
  settings: [],
};
const look = "aws ecs describe-services --cluster c --services web --query 'services[0].deployments'";
const update = (taskDefinition: string): string =>
  `aws ecs update-service --cluster c --service web --task-definition ${taskDefinition} --force-new-deployment`;

describe('the commands that put a service right', () => {
  it.each([
    ['the way back', true],
    ['the way back where its status is not known', undefined],
  ])('name %s', (_, isActive) => {
    expect(commandsOf(service, rollbackTarget, { options: '', isActive })).toEqual([look, update('web:7')]);
  });

  it('put back the settings that are still this run’s', () => {
    const now = { options: ' --desired-count 2', isActive: true };
    expect(commandsOf(service, rollbackTarget, now)[1]).toContain('web:7 --desired-count 2 --force');
  });

  it('never deploy a revision that is not ACTIVE, but register it again', () => {
    const commands = commandsOf(service, rollbackTarget, { options: '', isActive: false });
    expect(commands).toEqual([
      look,
      expect.stringMatching(/^aws ecs describe-task-definition --task-definition web:7 .* > web\.json$/),
      'aws ecs register-task-definition --cli-input-json file://web.json',
      update('web'),
    ]);
  });

  it('stop the tasks where nothing ever completed', () => {
    expect(commandsOf(service, undefined, { options: '', isActive: undefined })).toEqual([
      look,
      'aws ecs update-service --cluster c --service web --desired-count 0',
    ]);
  });
});
