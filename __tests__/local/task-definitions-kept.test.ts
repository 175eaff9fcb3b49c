import { ECSClient } from '@aws-sdk/client-ecs';
import { type Fargate, startFargate } from '../../local/fargate.ts';
import { describeTaskDefinition, registerTaskDefinition } from '../../src/aws/document.ts';
import { readInputs } from '../../src/inputs/inputs.ts';
import { decideAfterRegistering, type PlannedService } from '../../src/plan/decide/change.ts';
import { checkNames } from '../../src/plan/preflight/findings.ts';
import { checkRules } from '../../src/plan/rules/all.ts';
import { diff, formatPath } from '../../src/plan/show/diff.ts';
import { arnOf } from '../../src/service/base.ts';
import { noSettings } from '../../src/service/settings.ts';
import { canonicalForm, isSame } from '../../src/task-definition/canonical-form.ts';
import { fromDescribed, type TaskDefinitionDocument } from '../../src/task-definition/document.ts';
import { parseTaskDefinition } from '../../src/task-definition/parse.ts';
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

/** What ECS makes of a document. */
async function register(document: TaskDefinitionDocument): Promise<TaskDefinitionDocument> {
  const { taskDefinition } = await registerTaskDefinition(ecs, document);
  return fromDescribed(await describeTaskDefinition(ecs, arnOf(taskDefinition) ?? ''));
}

it.each(valid)('$name comes back from ECS as it was registered', async ({ name, document }) => {
  const described = await register(document);
  const differences = diff(canonicalForm(document), canonicalForm(described)).map(({ path }) =>
    formatPath(path),
  );
  // What ECS does not know is not in its answer, and may be newer than the bundle.
  expect(differences).toEqual(
    name === 'with members from the future'
      ? [
          'sandbox',
          'containerDefinitions[app].warmStart',
          'containerDefinitions[app].healthCheck.jitterSeconds',
          'containerDefinitions[app].environment[A].sealed',
        ]
      : [],
  );
});

it.each(valid)('$name is the same revision when it is registered twice', async ({ document }) => {
  expect(isSame(await register(document), await register(document))).toBe(true);
});

it.each(valid)('$name is nothing to roll out when it is registered twice', async ({ document }) => {
  const running = await register(document);
  const taskDefinitionArn = 'arn:aws:ecs:eu-west-1:123456789012:task-definition/web:1';
  const seen = {
    taskDefinition: running,
    taskDefinitionArn,
    isInactive: false,
    document: {},
    service: {},
    primary: { taskDefinition: taskDefinitionArn, rolloutState: 'COMPLETED' },
    inFlight: undefined,
  };
  const update = {
    kind: 'update',
    deploys: true,
    force: false,
    desiredCount: undefined,
    settings: noSettings,
  };
  // Only these parts are looked at.
  const planned = {
    seen,
    taskDefinition: isSame(document, running)
      ? { kind: 'same', arn: taskDefinitionArn, document }
      : { kind: 'register', document },
    update: isSame(document, running) ? { kind: 'unchanged' } : update,
  } as unknown as PlannedService;
  const asked = readInputs({ INPUT_SERVICE: 'web' }, checkNames);
  const decided = decideAfterRegistering(
    planned,
    { arn: 'arn:2', answered: await register(document) },
    asked,
  );
  expect(decided).toMatchObject({
    taskDefinition: { kind: 'same', arn: taskDefinitionArn },
    update: { kind: 'unchanged' },
  });
});
