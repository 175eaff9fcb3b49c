import { decisionsIn } from '../../src/aws/raw/iam.ts';
import { pathOf } from '../../src/aws/raw/s3.ts';
import type { Change } from '../../src/plan/decide/change.ts';
import { principalOf, requiredCallsOf } from '../../src/plan/preflight/permissions.ts';

it.each([
  ['arn:aws:s3:::config/web/prod.env', '/config/web/prod.env'],
  ["arn:aws:s3:::config/a b (1)/it's*!.env", '/config/a%20b%20%281%29/it%27s%2A%21.env'],
  ['arn:aws-cn:s3:::config/ä+~.env', '/config/%C3%A4%2B~.env'],
])('%s is asked for as %s', (arn, path) => {
  expect(pathOf(arn)).toBe(path);
});

describe('who this job is for IAM', () => {
  it.each([
    ['arn:aws:sts::111122223333:assumed-role/deploy/session', 'arn:aws:iam::111122223333:role/deploy'],
    ['arn:aws-cn:sts::111122223333:assumed-role/deploy/a-b', 'arn:aws-cn:iam::111122223333:role/deploy'],
    ['arn:aws:iam::111122223333:user/team/me', 'arn:aws:iam::111122223333:user/team/me'],
    ['arn:aws:sts::111122223333:federated-user/me', undefined],
    ['', undefined],
  ])('of %j is %j', (arn, principal) => {
    expect(principalOf(arn)).toBe(principal);
  });
});

describe("IAM's decisions", () => {
  const statements =
    '<MatchedStatements><member><SourcePolicyId>x</SourcePolicyId></member></MatchedStatements>';
  const ofResource =
    '<ResourceSpecificResults><member><EvalResourceDecision>allowed</EvalResourceDecision></member></ResourceSpecificResults>';
  const name = (action: string): string => `<EvalActionName>${action}</EvalActionName>`;
  const decision = (what: string): string => `<EvalDecision>${what}</EvalDecision>`;

  it.each([
    [
      'with the name last, as in the documentation',
      `<member>${statements}${decision('allowed')}${name('a:B')}</member><member>${decision('implicitDeny')}${name('a:C')}</member>`,
    ],
    [
      'with the name first',
      `<member>${name('a:B')}${ofResource}${decision('allowed')}</member><member>${name('a:C')}${decision('implicitDeny')}${statements}</member>`,
    ],
  ])('are read %s', (_, members) => {
    expect(decisionsIn(`<EvaluationResults>${members}</EvaluationResults>`)).toEqual([
      ['a:B', 'allowed'],
      ['a:C', 'implicitDeny'],
    ]);
  });
});

describe('the permissions that a change needs', () => {
  const seen = { arn: 'arn:aws:ecs:eu-west-1:111122223333:service/main/web' };
  const document = {
    family: 'web',
    executionRoleArn: 'arn:aws:iam::111122223333:role/e',
    taskRoleArn: 'task',
    tags: [{ key: 'a', value: '' }],
  };
  const uri = '111122223333.dkr.ecr.eu-west-1.amazonaws.com/team/web:abc';
  const change = (update: string, kind: string, image: object): Change =>
    ({
      image,
      services: [{ seen, taskDefinition: { kind, document }, update: { kind: update } }],
    }) as unknown as Change;

  it('are those of a copy, on both sides', () => {
    const from = `444455556666.dkr.ecr.us-east-1.amazonaws.com/web@sha256:${'0'.repeat(64)}`;
    const needed = requiredCallsOf(change('update', 'same', { kind: 'to-copy', from, uri }));
    expect(needed.filter(({ actions }) => actions.some((action) => action.startsWith('ecr:')))).toEqual([
      { actions: ['ecr:GetAuthorizationToken'], resources: ['*'] },
      {
        actions: [
          'ecr:BatchCheckLayerAvailability',
          'ecr:InitiateLayerUpload',
          'ecr:UploadLayerPart',
          'ecr:CompleteLayerUpload',
          'ecr:PutImage',
          'ecr:BatchGetImage',
        ],
        resources: ['arn:aws:ecr:eu-west-1:111122223333:repository/team/web'],
      },
      {
        actions: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
        resources: ['arn:aws:ecr:us-east-1:444455556666:repository/web'],
      },
    ]);
  });

  it('are those of what it does', () => {
    expect(requiredCallsOf(change('update', 'register', { kind: 'to-build', uri }))).toEqual([
      { actions: ['ecs:UpdateService'], resources: [seen.arn] },
      {
        actions: ['ecs:DescribeServiceDeployments', 'ecs:StopServiceDeployment'],
        resources: [seen.arn, 'arn:aws:ecs:eu-west-1:111122223333:service-deployment/main/web/*'],
      },
      {
        actions: ['ecs:RegisterTaskDefinition'],
        resources: ['arn:aws:ecs:eu-west-1:111122223333:task-definition/web:*'],
      },
      {
        actions: ['ecs:TagResource'],
        resources: ['arn:aws:ecs:eu-west-1:111122223333:task-definition/web:*'],
      },
      { actions: ['iam:PassRole'], resources: [document.executionRoleArn] },
      { actions: ['ecr:GetAuthorizationToken'], resources: ['*'] },
      {
        actions: expect.arrayContaining(['ecr:PutImage', 'ecr:BatchGetImage']),
        resources: ['arn:aws:ecr:eu-west-1:111122223333:repository/team/web'],
      },
    ]);
  });

  it.each([
    [{ settings: {}, lifecyclePolicy: undefined }, ['ecr:CreateRepository']],
    [{ settings: {}, lifecyclePolicy: '{}' }, ['ecr:CreateRepository', 'ecr:PutLifecyclePolicy']],
  ])('are more for a new repository: %j', (newRepository, creating) => {
    const needed = requiredCallsOf(change('update', 'register', { kind: 'to-build', uri, newRepository }));
    const actions = needed.flatMap((one) => one.actions);
    expect(actions.filter((action) => /Repository|Lifecycle/.test(action))).toEqual(creating);
  });

  it('are fewer when it does less', () => {
    expect(
      requiredCallsOf(change('update', 'same', { kind: 'kept' })).map(({ actions }) => actions[0]),
    ).toEqual(['ecs:UpdateService', 'ecs:DescribeServiceDeployments']);
    expect(requiredCallsOf(change('unchanged', 'same', { kind: 'kept' }))).toEqual([]);
  });
});
