import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';

const root = resolve(import.meta.dirname, '../..');

/** Every text that a person may copy a workflow from, and our own workflows. */
const texts = ['README.md', 'CONTRIBUTING.md', 'docs', 'examples', 'scripts', '.github']
  .flatMap((path) => (path.includes('.md') ? [path] : filesBelow(path)))
  .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));

it('every action is used in one version everywhere', () => {
  const used = texts.flatMap(({ text }) =>
    [...text.matchAll(/uses: ([\w./-]+)@(\S+)(?: # (v\S+))?/g)].map(([, name = '', ref = '', comment]) => ({
      name,
      // A pinned commit says in its comment which version it is.
      version: /^(v\d+)/.exec(comment ?? ref)?.[1] ?? ref,
    })),
  );
  const versions = Map.groupBy(used, ({ name }) => name);
  const listed = [...versions].map(([name, uses]) => [
    name,
    [...new Set(uses.map(({ version }) => version))],
  ]);
  expect(Object.fromEntries(listed)).toEqual({
    'actions/attest-build-provenance': ['v4'],
    'actions/checkout': ['v7'],
    'actions/download-artifact': ['v8'],
    'actions/upload-artifact': ['v7'],
    'aws-actions/configure-aws-credentials': ['v6'],
    'aws-actions/amazon-ecr-login': ['v2'],
    'aws-actions/amazon-ecs-deploy-task-definition': ['v2'],
    'aws-actions/amazon-ecs-render-task-definition': ['v1'],
    'docker/build-push-action': ['v7'],
    'docker/login-action': ['v4'],
    'docker/setup-buildx-action': ['v4'],
    'github/codeql-action/analyze': ['v4'],
    'github/codeql-action/init': ['v4'],
    'github/codeql-action/upload-sarif': ['v4'],
    'org/fargate-deploy': ['v1'],
    'org/fargate-deploy/continue': ['v1'],
    'org/fargate-deploy/plan': ['v1'],
    'org/fargate-deploy/rollback': ['v1'],
    'ossf/scorecard-action': ['v2'],
    'typesafegithub/github-actions-typing': ['v2'],
  });
});

interface Job {
  readonly environment?: string;
  readonly concurrency?: Concurrency;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly steps: readonly { readonly uses?: string; readonly with?: Readonly<Record<string, string>> }[];
}

interface Concurrency {
  readonly group: string;
  readonly 'cancel-in-progress': boolean;
}

interface Workflow {
  readonly name: string;
  readonly permissions?: object;
  readonly concurrency?: Concurrency;
  readonly jobs: Readonly<Record<string, Job>>;
}

const examples = readdirSync(join(root, 'examples/workflows')).map((file) => ({
  file,
  workflow: parse(readFileSync(join(root, 'examples/workflows', file), 'utf8')) as Workflow,
}));

/** The jobs that use the action, with what GitHub takes for their concurrency. */
const jobs = examples.flatMap(({ file, workflow }) =>
  Object.entries(workflow.jobs).flatMap(([name, job]) => {
    const step = job.steps.find(({ uses }) => uses?.startsWith('org/fargate-deploy'));
    const concurrency = job.concurrency ?? workflow.concurrency;
    return step === undefined ? [] : [{ file, name, job, step, concurrency }];
  }),
);

describe.each(examples)('examples/workflows/$file', ({ workflow }) => {
  it('permits nothing by default', () => {
    expect(workflow.permissions).toEqual({});
  });
});

// act plays neither environments nor concurrency: they are looked at here.
describe.each(jobs)('the job $name of $file', ({ file, job, step, concurrency }) => {
  const isPlan = step.uses === 'org/fargate-deploy/plan@v1';

  it('is cancelled by a newer one only where it changes nothing', () => {
    expect({ group: concurrency?.group, cancels: concurrency?.['cancel-in-progress'] }).toEqual({
      group: groups[file],
      cancels: isPlan,
    });
  });

  it('runs in the environment that the role trusts, and a plan in none', () => {
    const role = step.with?.['role-to-assume']?.split('/').at(-1) ?? '';
    expect(role).toBe(isPlan ? 'plan-staging' : `deploy-${job.environment}`);
  });

  it('may get an identity token, read the code where it needs it, and comment where it is to', () => {
    const needsCode = job.steps.some(({ uses }) => uses?.startsWith('actions/checkout'));
    const comments = String(step.with?.['pull-request-comment']) === 'true';
    expect(job.permissions).toEqual({
      'id-token': 'write',
      ...(needsCode ? { contents: 'read' } : {}),
      ...(comments ? { 'pull-requests': 'write' } : {}),
    });
  });
});

/** A rollback has a group of its own: in that of the deployments it would wait for the one that it has to stop. */
const groups: Readonly<Record<string, string>> = {
  'canary.yml': 'deploy-production',
  'staging.yml': 'deploy-staging',
  'monorepo.yml': 'deploy-staging-${{ matrix.service }}',
  'production.yml': 'deploy-production',
  'rollback.yml': 'rollback-${{ inputs.environment }}',
  'plan.yml': 'plan-${{ github.ref }}',
};

it('the trust policy trusts the environment that the quick start runs in', () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const permissions = readFileSync(join(root, 'docs/permissions.md'), 'utf8');
  const trusted = /repo:ORG\/REPO:environment:(\w+)/.exec(permissions)?.[1];
  const [, start = ''] = /^```yaml\n(jobs:.*?)^```/ms.exec(readme) ?? [];
  const { jobs: shown } = parse(start) as Workflow;
  expect(Object.values(shown).map(({ environment }) => environment)).toEqual([trusted]);
});

function filesBelow(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1));
}
