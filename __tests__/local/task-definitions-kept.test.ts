import { ECSClient } from '@aws-sdk/client-ecs';
import { type Fargate, startFargate } from '../../local/fargate.ts';
import { describeTaskDefinition, registerTaskDefinition } from '../../src/aws/document.ts';
import { diff } from '../../src/change/diff.ts';
import { checkRules } from '../../src/rules/all.ts';
import { arnOf } from '../../src/task-definition/base.ts';
import { fromDescribed } from '../../src/task-definition/document.ts';
import { normalForm } from '../../src/task-definition/normal-form.ts';
import { parseTaskDefinition } from '../../src/task-definition/parse.ts';
import { isSame } from '../../src/task-definition/same.ts';
import { taskDefinitions } from '../pure/many-task-definitions.ts';

let fargate: Fargate;
let ecs: ECSClient;

beforeAll(async () => {
  fargate = await startFargate({ runtime: 'simulated' });
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  ecs = new ECSClient({ endpoint: fargate.endpoint, region: 'eu-west-1', credentials });
});
afterAll(() => fargate.close());

const documents = Object.entries(taskDefinitions).map(([name, { text, format }]) => ({
  name,
  document: parseTaskDefinition(text, `task.${format}`),
}));
const service = { networkConfiguration: { awsvpcConfiguration: { subnets: ['s'] } } };
const valid = documents.filter(({ document }) =>
  checkRules({ service, document }, { service, document: {} }).every(
    ({ severity }) => severity !== 'problem',
  ),
);

it('most of the documents are for Fargate', () => {
  expect(valid.length).toBeGreaterThanOrEqual(25);
});

it.each(valid)('$name comes back from ECS as it was registered', async ({ document }) => {
  const registered = await registerTaskDefinition(ecs, document);
  const { taskDefinition } = registered;
  const arn = arnOf(taskDefinition) ?? '';
  const described = fromDescribed(await describeTaskDefinition(ecs, arn));
  expect(diff(normalForm(document), normalForm(described))).toEqual([]);
  expect(isSame(document, described)).toBe(true);
});
