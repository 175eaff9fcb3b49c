import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { defaultReadings } from '../../local/ecs/model/readings.ts';
import { readBehaviour } from '../../local/runtime/simulated/variable.ts';
import { withInputs } from '../../scripts/inputs-page.ts';
import { type Feature, featureNames, policyFor, statements } from '../../scripts/permissions.ts';
import { withPermissions } from '../../scripts/permissions-page.ts';
import { isGood, type Result, reasons } from '../../src/deployment/outcome.ts';
import { type Sentence, sentenceOfEnd, sentenceOfGiveUp } from '../../src/deployment/sentence.ts';
import { checkNames } from '../../src/plan/preflight/findings.ts';
import { failureCodes } from '../../src/process/failure.ts';
import { documents, read, results, root } from './documents.ts';

/** The first column of the tables below a heading, up to the next one, where it is a code. */
function codesBelow(document: string, heading: string): string[] {
  const section = document.split(/^## /m).find((text) => text.startsWith(`${heading}\n`)) ?? '';
  return [...section.matchAll(/^\| `([a-z-]+)` \|/gm)].flatMap(([, code]) => code ?? []);
}

describe('docs/inputs.md', () => {
  const page = read('docs/inputs.md');

  it('is what action.yml makes (npm run docs)', () => {
    expect(withInputs(page, read('action.yml'))).toBe(page);
  });

  it('shows an input that is new in action.yml, below the heading of its group', () => {
    const action =
      'inputs:\n  # ---- looks\n  colour:\n    description: red | blue\n    default: red\noutputs:\n  a: {}\n';
    expect(withInputs(page, action)).toContain(
      '## Looks\n\n| Input | What it does | Default |\n| --- | --- | --- |\n| `colour` | red \\| blue | `red` |\n',
    );
  });
});

describe('README.md', () => {
  const readme = read('README.md');

  it('is short', () => {
    expect(readme.split('\n').length).toBeLessThanOrEqual(250);
  });

  it('lists every result with its exit code', () => {
    const rows = [...readme.matchAll(/^\| `([a-z-]+)` \| ([01]) \|/gm)];
    const listed = Object.fromEntries(rows.map(([, result = '', code]) => [result, Number(code)]));
    const wanted = results.map((result) => [result, isGood(result as Result) ? 0 : 1]);
    expect(listed).toEqual(Object.fromEntries(wanted));
  });
});

describe('docs/permissions.md', () => {
  const page = read('docs/permissions.md');

  it('is what scripts/permissions.ts makes (npm run docs)', () => {
    expect(withPermissions(page)).toBe(page);
  });

  it.each(featureNames)('has a statement for %s', (feature) => {
    const { Statement } = JSON.parse(policyFor([feature])) as { Statement: { Sid: string }[] };
    expect(Statement.map(({ Sid }) => Sid)).toEqual(
      statements.filter(({ features }) => features.includes(feature)).map(({ id }) => id),
    );
    expect(Statement).not.toEqual([]);
  });

  it('fills in names, and leaves the placeholders that have none', () => {
    const wanted: readonly Feature[] = ['promote'];
    expect(JSON.parse(policyFor(wanted, { REGION: 'eu-west-1', CLUSTER: 'a"b' }))).toMatchObject({
      Statement: [
        {
          Resource: [
            'arn:aws:ecs:eu-west-1:ACCOUNT:service/a"b/SOURCE_SERVICE',
            'arn:aws:ecs:eu-west-1:ACCOUNT:service-revision/a"b/SOURCE_SERVICE/*',
          ],
        },
      ],
    });
  });

  it('permits every action that the code calls', () => {
    const called = sources('src').flatMap(({ text }) => actionsIn(text));
    // Nobody can be denied it (documented).
    const asked = new Set(called.filter((action) => action !== 'sts:GetCallerIdentity'));
    const missing = [...asked].filter((action) => !page.includes(action));
    expect(called).toEqual(
      expect.arrayContaining(['ecs:UpdateService', 'ecr:PutImage', 'logs:GetLogEvents']),
    );
    expect(missing).toEqual([]);
  });

  it.each([
    ['imported', "import { type A, PutImageCommand } from '@aws-sdk/client-ecr'", 'ecr:PutImage'],
    ['loaded', "const { PutImageCommand } = await import('@aws-sdk/client-ecr')", 'ecr:PutImage'],
    ['of an unknown origin', '', 'unknown:PutImage'],
  ])('sees a command that is %s', (_how, origin, action) => {
    expect(actionsIn(`${origin};\necr.send(new PutImageCommand({}))`)).toEqual([action]);
  });
});

/** The actions of the commands that a source makes, whether their client is imported or loaded. */
function actionsIn(source: string): readonly string[] {
  const origins = [
    ...source.matchAll(/import \{([^}]*)\} from '@aws-sdk\/client-([a-z0-9-]+)'/g),
    ...source.matchAll(/const \{([^}]*)\} = await import\(\s*'@aws-sdk\/client-([a-z0-9-]+)',?\s*\)/g),
  ];
  const services = new Map(
    origins.flatMap(([, names = '', client = '']) =>
      [...names.matchAll(/\b(\w+)Command\b/g)].map(([, name = '']) => [name, prefixes[client]] as const),
    ),
  );
  return [...source.matchAll(/\bnew (\w+)Command\b/g)].map(
    ([, name = '']) => `${services.get(name) ?? 'unknown'}:${name}`,
  );
}

/** What IAM calls the services of the clients. */
const prefixes: Readonly<Record<string, string>> = {
  ecs: 'ecs',
  ecr: 'ecr',
  'cloudwatch-logs': 'logs',
  'elastic-load-balancing-v2': 'elasticloadbalancing',
  'secrets-manager': 'secretsmanager',
  sts: 'sts',
};

/** Each end and each reason to give up, as the code words it. */
const sentences: readonly Sentence[] = [
  ...(
    [
      { kind: 'completed', running: 2, desired: 2 },
      { kind: 'completed', running: 1, desired: 2 },
      { kind: 'rolled-back', by: 'circuit-breaker', reason: '' },
      { kind: 'rolled-back', by: 'alarm', reason: '' },
      { kind: 'rolled-back', by: 'hook', reason: '' },
      { kind: 'rolled-back', by: 'person', reason: '' },
      { kind: 'rolled-back', by: 'unknown', reason: '' },
      { kind: 'failed-in-place', by: 'circuit-breaker', reason: '' },
      { kind: 'failed-in-place', by: 'alarm', reason: '' },
      { kind: 'failed-in-place', by: 'alarm', reason: '', isRollbackMissing: true },
      { kind: 'stopped', reason: '' },
      { kind: 'superseded', by: 'ecs-svc/3', taskDefinitionArn: undefined },
      { kind: 'service-gone', status: 'DRAINING' },
      { kind: 'out-of-time', remaining: '' },
      {
        kind: 'paused-too-long',
        hook: 'approve',
        stage: undefined,
        expires: undefined,
        timeoutAction: undefined,
      },
      { kind: 'paused', hook: 'approve', stage: undefined, expires: undefined, timeoutAction: undefined },
      { kind: 'traffic-shifted' },
      { kind: 'out-of-time', remaining: '', production: 10 },
    ] as const
  ).map((end) => sentenceOfEnd(end, 'web', 'web:2')),
  ...(
    [
      { kind: 'tasks-failed', failures: [], threshold: 3 },
      { kind: 'no-progress', idleSeconds: 1 },
      { kind: 'time-limit', elapsedSeconds: 1 },
    ] as const
  ).map((why) => sentenceOfGiveUp(why, 'web', 'web:2')),
];

describe('docs/outcomes.md', () => {
  const outcomes = read('docs/outcomes.md');

  it('lists exactly the reasons of a rollout', () => {
    expect(codesBelow(outcomes, 'Reasons of a rollout')).toEqual([...reasons]);
  });

  it.each(sentences)('has the result, the exit and the undo of %j', ({ reason, result, needsRollback }) => {
    const row = outcomes.split('\n').find((line) => line.startsWith(`| \`${reason}\` |`)) ?? '';
    const [, , , alone = '', exit, undo = ''] = row.split('|').map((cell) => cell.trim());
    expect({
      alone: codesIn(alone).includes(result) || codesIn(row).includes(result),
      exit,
      undo: undo.startsWith('yes'),
    }).toEqual({
      alone: true,
      exit: isGood(result) ? '0' : '1',
      undo: needsRollback,
    });
  });

  it('lists exactly the problems of a run', () => {
    expect(codesBelow(outcomes, 'Problems of the run')).toEqual([...failureCodes]);
  });
});

describe('docs/architecture.md', () => {
  it.each(['src', 'local'])('names every folder of %s/', (house) => {
    const architecture = read('docs/architecture.md');
    const folders = readdirSync(join(root, house), { withFileTypes: true }).filter((entry) =>
      entry.isDirectory(),
    );
    const missing = folders
      .map(({ name }) => `${house}/${name}/`)
      .filter((path) => !architecture.includes(`\`${path}\``));
    expect(missing).toEqual([]);
  });
});

describe('docs/local-fargate.md', () => {
  const local = read('docs/local-fargate.md');

  it('lists every switch for what AWS does not document', () => {
    const cells = [...local.matchAll(/^\| (`[^|]*`) \|/gm)];
    const listed = new Set(cells.flatMap(([, cell = '']) => codesIn(cell)));
    expect(Object.keys(defaultReadings).filter((name) => !listed.has(name))).toEqual([]);
  });

  it('shows statements that simulated tasks understand', () => {
    const table = local.split('| Statement |')[1]?.split('\n\n')[0] ?? '';
    const shown = [...table.matchAll(/^\| (`[^|]*`) \|/gm)].flatMap(([, cell = '']) => codesIn(cell));
    expect(shown.length).toBeGreaterThan(10);
    expect(() => shown.map(readBehaviour)).not.toThrow();
  });
});

function codesIn(cell: string): string[] {
  return [...cell.matchAll(/`([^`]*)`/g)].flatMap(([, code]) => code ?? []);
}

describe.each(documents)('%s', (path) => {
  const text = read(path);

  it('links to what exists', () => {
    const targets = [...text.matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].flatMap(([, target]) => target ?? []);
    // Above the repository's files GitHub has its pages: `../../actions` is that of its workflows.
    const onGithub = /^\.\.\/\.\.\/actions\/workflows\/([\w-]+\.yml)/;
    const isBroken = (target: string): boolean => {
      const workflow = onGithub.exec(target)?.[1];
      return workflow === undefined
        ? !isThere(path, target)
        : !existsSync(join(root, '.github/workflows', workflow));
    };
    expect(targets.filter(isBroken)).toEqual([]);
  });

  it('has no code that the page of GitHub cuts off', () => {
    // Pictures are drawn, not shown as text.
    const blocks = [...text.matchAll(/^ *```(?!mermaid)\w*\n(.*?)^ *```/gms)].map(([, code = '']) => code);
    expect(blocks.flatMap((code) => code.split('\n').filter((line) => line.length > 118))).toEqual([]);
  });

  it('holds JSON that can be read', () => {
    const blocks = [...text.matchAll(/^```json\n(.*?)^```/gms)].map(([, json = '']) => json);
    expect(() => blocks.map((json) => JSON.parse(json) as unknown)).not.toThrow();
  });

  it('names only npm scripts that exist', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const named = [...text.matchAll(/(?:^|`)npm (?:run )?(?:--silent )?([a-z][a-z:]*)/gm)].flatMap(
      ([, name]) => name ?? [],
    );
    expect(named.filter((name) => name !== 'install' && !(name in scripts))).toEqual([]);
  });
});

/** Whether a file is there and, when the link has one, its heading. */
function isThere(from: string, target: string): boolean {
  const [file = '', anchor] = target.split('#');
  const path = file === '' ? join(root, from) : resolve(root, dirname(from), file);
  if (!existsSync(path) || relative(root, path).startsWith('..')) return false;
  if (anchor === undefined) return true;
  const headings = [...readFileSync(path, 'utf8').matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => heading);
  return headings.some((heading) => anchorOf(heading) === anchor);
}

/** As GitHub makes it of a heading. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-');
}

function sources(folder: string): readonly { readonly text: string }[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => ({ text: read(join(folder, name)) }));
}

describe('docs/plan.md', () => {
  it('lists every check', () => {
    const section = read('docs/plan.md').split('## What is checked')[1] ?? '';
    const listed = [...section.matchAll(/^\| ((?:`[a-z-]+`(?:, )?)+) \|/gm)].flatMap(([, codes = '']) =>
      codes.split(', ').map((code) => code.replaceAll('`', '')),
    );
    expect(listed.toSorted()).toEqual(checkNames.toSorted());
  });
});
