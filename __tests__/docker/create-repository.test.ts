import { DescribeRepositoriesCommand, GetLifecyclePolicyCommand } from '@aws-sdk/client-ecr';
import { builders } from './builders.ts';
import { startDeployWorld } from './deploy-world.ts';

const [builder] = builders;
if (builder === undefined) throw new Error('There is no builder');

it('a missing repository is created as the inputs say, and a plan says so before', async () => {
  await using world = await startDeployWorld({ builder });
  world.write({ Dockerfile: 'FROM scratch\nCOPY . /app/\n' });
  const sha = world.commit();
  const inputs = {
    repository: `${world.fargate.registryHost}/new`,
    'create-repository': 'immutable',
    'lifecycle-policy': 'standard',
    tags: 'latest',
  };
  const plan = await world.deploy({ ...inputs, operation: 'plan' });
  const words = 'scan on push, immutable tags, a lifecycle policy';
  expect(plan.log).toContain(`The repository is created first (${words}).`);
  expect(JSON.parse(plan.outputs['plan'] ?? '')).toMatchObject({ image: { newRepository: words } });

  const run = await world.deploy(inputs);
  expect(run.outputs).toMatchObject({ result: 'deployed' });
  const { repositories } = await world.ecr.send(
    new DescribeRepositoriesCommand({ repositoryNames: ['new'] }),
  );
  expect(repositories).toMatchObject([
    {
      imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
      imageTagMutabilityExclusionFilters: [{ filterType: 'WILDCARD', filter: 'buildcache-*' }],
      imageScanningConfiguration: { scanOnPush: true },
    },
  ]);
  const { lifecyclePolicyText = '' } = await world.ecr.send(
    new GetLifecyclePolicyCommand({ repositoryName: 'new' }),
  );
  expect(JSON.parse(lifecyclePolicyText)).toMatchObject({
    rules: [{ selection: { tagPrefixList: ['buildcache-'] } }, { selection: { tagStatus: 'untagged' } }],
  });

  // The second build finds the repository there, and a tag that stays with the first.
  world.write({ 'app.txt': 'changed' });
  expect(world.commit()).not.toBe(sha);
  const again = await world.deploy(inputs);
  expect(again.outputs).toMatchObject({ result: 'deployed' });
  expect(again.log).toContain('The tag latest stays with another image');
  expect(world.fargate.calls.of('CreateRepository')).toHaveLength(2);
  expect(world.fargate.calls.of('PutLifecyclePolicy')).toHaveLength(1);
}, 60_000);

it('a policy of a file is taken as it is; one that ECR refuses is told, and the deployment goes on', async () => {
  await using world = await startDeployWorld({ builder });
  world.write({
    Dockerfile: 'FROM scratch\nCOPY . /app/\n',
    'ecr/policy.json': JSON.stringify({ rules: [{ rulePriority: 1, selection: { tagStatus: 'none' } }] }),
  });
  world.commit();
  const repository = `${world.fargate.registryHost}/new`;
  const run = await world.deploy({
    repository,
    'create-repository': 'true',
    'lifecycle-policy': 'ecr/policy.json',
  });
  expect(run.outputs).toMatchObject({ result: 'deployed' });
  expect(run.log).toMatch(
    /Warning: The repository new was created without its lifecycle policy: InvalidParameterException/,
  );
  const missing = await world.deploy({
    repository,
    'create-repository': 'true',
    'lifecycle-policy': 'ecr/other.json',
  });
  expect(missing.outputs).toMatchObject({ result: 'failed', reason: 'input-invalid' });
  expect(missing.log).toContain("lifecycle-policy: ecr/other.json can't be read");
}, 60_000);
