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
    'actions/checkout': ['v5'],
    'aws-actions/configure-aws-credentials': ['v5'],
    'org/fargate-deploy': ['v1'],
  });
});

describe.each(workflows())('the workflow in $path', ({ workflow }) => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const jobs = Object.values(workflow.jobs);

  it('runs in the environment that the trust policy of the README asks for', () => {
    const trusted = /repo:ORG\/REPO:environment:(\w+)/.exec(readme)?.[1];
    expect(jobs.map(({ environment }) => environment)).toEqual([trusted]);
  });

  it('takes the role and the concurrency group that the others take', () => {
    const [signIn] = jobs[0]?.steps.filter(({ uses }) => uses?.includes('configure-aws-credentials')) ?? [];
    const { group } = workflow.concurrency ?? jobs[0]?.concurrency ?? {};
    expect({ role: signIn?.with?.['role-to-assume'], group }).toEqual({
      role: 'arn:aws:iam::123456789012:role/deploy-staging',
      group: 'deploy-staging',
    });
  });
});

interface Workflow {
  readonly concurrency?: { readonly group: string };
  readonly jobs: Readonly<
    Record<
      string,
      {
        readonly environment?: string;
        readonly concurrency?: { readonly group: string };
        readonly steps: readonly {
          readonly uses?: string;
          readonly with?: Readonly<Record<string, string>>;
        }[];
      }
    >
  >;
}

/** Files and fenced blocks that hold whole jobs and sign in to AWS. */
function workflows(): { readonly path: string; readonly workflow: Workflow }[] {
  return texts
    .flatMap(({ path, text }) =>
      path.endsWith('.md')
        ? [...text.matchAll(/^```yaml\n(.*?)^```/gms)].map(([, yaml = '']) => ({ path, yaml }))
        : path.endsWith('.yml')
          ? [{ path, yaml: text }]
          : [],
    )
    .filter(({ yaml }) => /^jobs:/m.test(yaml) && yaml.includes('configure-aws-credentials'))
    .map(({ path, yaml }) => ({ path, workflow: parse(yaml) as Workflow }));
}

function filesBelow(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1));
}
