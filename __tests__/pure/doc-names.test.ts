import { isMap, isScalar, parse, parseDocument, visit } from 'yaml';
import { featureNames } from '../../scripts/permissions.ts';
import { reasons } from '../../src/deployment/outcome.ts';
import { checkNames } from '../../src/plan/preflight/findings.ts';
import { failureCodes } from '../../src/process/failure.ts';
import { documents, read, results } from './documents.ts';

interface Typed {
  readonly type: string;
  readonly 'allowed-values'?: readonly string[];
}

const types = parse(read('action-types.yml')) as Record<'inputs' | 'outputs', Record<string, Typed>>;
/** Names of ours: what a user can write, and what the action answers. */
const own = new Set<string>([
  ...Object.keys(types.inputs),
  ...Object.values(types.inputs).flatMap((typed) => typed['allowed-values'] ?? []),
  ...Object.keys(types.outputs),
  ...results,
  ...reasons,
  ...failureCodes,
  ...checkNames,
  ...featureNames,
]);

/** Names of others that look like ours: of GitHub's workflows, the AWS CLI, Docker, and of our tests' server. */
const foreign = new Set([
  'aws-region',
  'awslogs-create-group',
  'cancel-in-progress',
  'client-ecs',
  'configure-aws-credentials',
  'create-pull-through-cache-rule',
  'describe-listeners',
  'docker-registry',
  'enable-fault-injection',
  'fargate-deploy',
  'hang-after',
  'pull-requests',
  'reset-after',
  'reset-before',
  'run-task',
  'runs-on',
  'server-error',
  'setup-buildx-action',
  'start-lifecycle-policy-preview',
  'stop-service-deployment',
  'tasks-stopped',
  'timeout-minutes',
]);

/** Names in a document that nothing has: in code within a sentence, as inputs of a step, as outputs of one. */
function unknownNames(text: string): readonly string[] {
  const blocks = [...text.matchAll(/^ *```yaml\n(.*?)^ *```/gms)].map(([, block = '']) => block);
  const sentences = text.replaceAll(/^ *```.*?^ *```/gms, '');
  const codes = [...sentences.matchAll(/`([a-z]+(?:-[a-z]+)+)(?:[:=][^`]*)?`/g)].map(([, name = '']) => name);
  const outputs = [...text.matchAll(/steps\.(?:deploy|plan|rollback)\.outputs\.([a-z-]+)/g)];
  return [
    ...codes.filter((name) => !own.has(name) && !foreign.has(name)),
    ...blocks.flatMap(inputsOf).filter((name) => !(name in types.inputs)),
    ...outputs.map(([, name = '']) => name).filter((name) => !(name in types.outputs)),
  ];
}

/** The inputs of this action's steps in a piece of a workflow; `with:` alone is of a step of ours. */
function inputsOf(block: string): readonly string[] {
  const inputs: string[] = [];
  visit(parseDocument(block, { uniqueKeys: false }), {
    Map: (_, step) => {
      const uses = step.get('uses') ?? './';
      if (typeof uses !== 'string' || !/^(?:\.\/|org\/fargate-deploy)/.test(uses)) return;
      for (const { key, value } of step.items) {
        if (!isScalar(key) || key.value !== 'with' || !isMap(value)) continue;
        inputs.push(...value.items.map((input) => String(input.key)));
      }
    },
  });
  return inputs;
}

it.each(documents)('%s names inputs, outputs, results and codes that exist', (path) => {
  expect(unknownNames(read(path))).toEqual([]);
});

it.each([
  ['`cluster`, `circuit-breaker: rollback` and `rolled-back` are ours, `runs-on` is of a workflow', []],
  ['Set `circuit-braker: rollback`.', ['circuit-braker']],
  [
    '```yaml\n- uses: org/fargate-deploy@v1\n  with:\n    clusters: a\n    service: |\n      a\n```\n',
    ['clusters'],
  ],
  ['```yaml\nsteps:\n  - name: Deploy\n    uses: ./\n    with:\n      servce: a\n```\n', ['servce']],
  ['```yaml\nwith:\n  one: a\n\n# Another\nwith:\n  two: b\n```\n', ['one', 'two']],
  ['```yaml\n- uses: docker/login-action@v4\n  with:\n    registry: a\n```\n', []],
  ['```yaml\n- run: echo ${{ steps.deploy.outputs.resullt }}\n```\n', ['resullt']],
])('finds what does not exist in %j', (text, unknown) => {
  expect(unknownNames(text)).toEqual(unknown);
});
