import * as fc from 'fast-check';
import type { Plan } from '../../src/plan/show/plan.ts';
import { plannedStrategy } from '../../src/plan/show/strategy.ts';
import { text } from '../../src/report/markdown.ts';
import { planSummary } from '../../src/report/plan.ts';
import { planComment } from '../../src/report/plan-comment.ts';
import { summarize, summarizeFailure } from '../../src/report/summary.ts';
import { plain } from '../../src/text/sanitize.ts';
import { anOutcome } from './an-outcome.ts';
import { hostileText } from './hostile-text.ts';
import { meansSomething, readable, render } from './rendered-summary.ts';

const server = 'https://github.example';

/** Every summary that is written, with a text from outside in each place that has one. */
const pages: readonly (readonly [string, (raw: string) => string])[] = [
  ['a deployment', (raw) => summaryOfDeployment(raw)],
  ['a rollback', (raw) => summaryOfRollback(raw)],
  ['a run that touched no service', (raw) => summaryOfFailure(raw)],
  ['a plan', (raw) => planSummary(planWith(raw))],
  ['a plan, in a comment', (raw) => planComment({ plan: planWith(raw) }, commentFor(raw))],
  ['a plan that failed, in a comment', (raw) => planComment({ failure: failureWith(raw) }, commentFor(raw))],
];

it.each(pages)(
  'makes no element, mention, issue, address, emoji or formula of a text in the summary of %s',
  (_what, page) => {
    const expected = render(page('x')).elements;
    expect(expected.length).toBeGreaterThan(3);
    fc.assert(
      fc.property(visible, (raw) => {
        const { elements, texts } = render(page(raw));
        expect(elements).toEqual(expected);
        expect(texts.filter((one) => meansSomething.test(one))).toEqual([]);
      }),
      { seed: 23, numRuns: 150 },
    );
  },
);

/** An empty text is no paragraph, and so other elements. */
const visible = hostileText.filter((raw) => plain(raw) !== '');

describe('a text from outside', () => {
  it.each([
    ['an image', '![x](http://evil.example/x.png)'],
    ['a link', '[x](javascript:alert)'],
    ['an address', 'see https://evil.example or WWW.evil.example'],
    ['an address of mail', 'mailto:a@evil.example'],
    ['a footnote', '[^1]: x'],
    ['HTML', '</code></table><img src="x">&amp;'],
    ['a mention', '@someone and &#64;someone'],
    ['an issue', '#1 octo/web#1 GH-1'],
    ['a formula', '$x$ $$y$$ $`z`$'],
    ['an emoji', 'ok:tada:'],
    ['emphasis and code', '**a** __b__ ~~c~~ `d` ```e'],
    ['cells', String.raw`a|b\|c\\|d`],
    ['a heading', '# a'],
    ['a list', '- a'],
    ['a numbered list', '12. a'],
    ['another list', '12) + a'],
    ['a rule', '***'],
    ['a quote', '> a'],
    ['an underline', '==='],
  ])('that looks like %s shows itself, in Markdown and in code', (_what, raw) => {
    for (const markdown of [
      text(raw),
      `# ${text(raw)}`,
      `- ${text(raw)}`,
      `> ${text(raw)}`,
      `a\n${text(raw)}`,
      `<code>${text(raw)}</code>`,
      `<table>\n<tr><td>${text(raw)}</td></tr>\n</table>`,
      `| | |\n| --- | --- |\n| ${text(raw)} | x |`,
    ]) {
      const [plainly, shown] = [render(markdown.replace(text(raw), 'x')), render(markdown)];
      expect([markdown, shown.elements]).toEqual([markdown, plainly.elements]);
      expect(shown.texts.join('')).toBe(plainly.texts.join('').replace('x', () => raw));
    }
  });
});

it('links to runs and commits lead to this GitHub alone, whatever a tag says', () => {
  const commit = 'abcdef0123456789abcdef0123456789abcdef01';
  const history = (run: string): readonly string[] =>
    render(
      summarize({
        outcomes: [anOutcome()],
        image: undefined,
        durationSeconds: 1,
        server,
        origin: { commit, run, repository: 'octo-org/web' },
        histories: [{ service: 'web', past: [aPast({ commit, run, repository: 'octo-org/web' })] }],
      }),
    ).elements.filter((element) => element.startsWith('<a ') && !element.includes('console.aws.amazon.com'));
  const run = `${server}/octo-org/web/actions/runs/7`;
  expect(history(run)).toEqual([
    `<a href="${server}/octo-org/web/commit/${commit}">`,
    `<a href="${run}">`,
    `<a href="${server}/octo-org/web/commit/${commit}">`,
  ]);
  for (const other of [
    'https://evil.example/octo-org/web/actions/runs/7',
    'https://github.example.evil.example/octo-org/web/actions/runs/7',
    'https://github.example@evil.example/octo-org/web/actions/runs/7',
    `${server}/../evil/actions/runs/7`,
    `${server}/octo-org/web/actions/runs/7?x`,
    'javascript:alert(1)',
  ]) {
    expect([other, history(other)]).toEqual([other, []]);
  }
});

function summaryOfDeployment(raw: string): string {
  const outcome = anOutcome({
    service: raw,
    serviceArn: raw,
    message: raw.replaceAll('\n', ' '),
    deploymentId: raw,
    taskDefinitionArn: arn(raw),
    previousTaskDefinitionArn: arn(raw),
    cause: {
      likely: { says: raw, advice: raw },
      groups: [{ count: 1, example: raw, stopCode: raw, stoppedReason: raw, containers: [raw, raw] }],
      targets: [raw],
      events: [raw],
      logs: { container: raw, taskId: raw, lines: [raw, raw], note: undefined, sameIn: 1 },
    },
    currentState: { failures: [raw], runs: [raw] },
    recovery: [raw],
  });
  const build = { seconds: 1, pushSeconds: 1, steps: 2, cached: 1, missedAt: raw, hints: [raw] };
  const image = { uri: raw, digest: raw, copyOf: raw };
  return summarize({
    outcomes: [outcome],
    image: { ...image, build: { ...build, contextBytes: undefined, size: undefined } },
    durationSeconds: 1,
    origin: { commit: raw, run: raw, repository: raw },
    server,
    changes: new Map([
      [
        raw,
        {
          before: { commit: raw, run: raw, repository: raw },
          members: [
            ...['image', `environment[${raw}].value`, 'cpu', `secrets[${raw}]`].map((member) => ({
              ...aChange(raw),
              name: `containerDefinitions[${raw.replaceAll(']', '')}].${member}`,
            })),
            aChange(raw),
            { ...aChange(raw), after: { [raw]: [raw, { [raw]: raw }] } },
          ],
          settings: [aChange(raw), { ...aChange(raw), after: [{ [raw]: raw }] }],
        },
      ],
    ]),
    facts: new Map([
      [
        raw,
        {
          runsNow: { taskDefinitionArn: arn(raw), running: 1, desired: 1 },
          times: {
            begun: 0,
            finished: 9000,
            rollback: { begun: 1000, finished: 9000 },
            newTasks: [aTaskState(raw)],
            oldTasks: [],
            stages: [],
          },
          settings: {
            deregistrationDelaySeconds: undefined,
            targetCheck: { kind: 'unknown' } as const,
            containerCheckSeconds: undefined,
            maximumPercent: undefined,
            waits: undefined,
            imageBytes: undefined,
          },
        },
      ],
    ]),
  });
}

/** Only the part of an ARN after its last slash is shown. */
function arn(raw: string): string {
  return raw.replaceAll('/', ' ');
}

function summaryOfRollback(raw: string): string {
  const logs = { container: raw, taskId: raw, lines: [], note: raw, sameIn: 1 };
  const cause = { likely: undefined, groups: [], targets: [], events: [], logs };
  const past = [
    aPast({ commit: raw, run: raw, repository: raw }, raw),
    aPast({ commit: raw, run: `${server}/a/b/actions/runs/1`, repository: raw }, raw),
  ];
  return summarize({
    outcomes: [anOutcome({ service: raw, result: 'rolled-back', cause })],
    image: undefined,
    durationSeconds: 1,
    server,
    histories: [{ service: raw, past }],
  });
}

function summaryOfFailure(raw: string): string {
  const message = `${raw.replaceAll('\n', ' ')}\n${raw.replaceAll('\n', ' ')}`;
  return summarizeFailure(raw, { message, advice: raw, detail: [raw, raw] });
}

function aPast(origin: { commit: string; run: string; repository: string }, raw = 'web:1') {
  const images = [{ container: raw, image: raw, digest: raw }];
  return { createdAt: new Date(0), status: raw, taskDefinitionArn: arn(raw), images, origin };
}

function aTaskState(id: string) {
  const times = { created: 0, pullStarted: 1000, pullStopped: 2000, started: 3000 };
  return { id, ...times, stopping: undefined, stopped: undefined, hasFailed: true, exitCodes: [] };
}

function aChange(raw: string) {
  return { name: raw, kind: 'changed', hidden: false, before: raw, after: raw } as const;
}

function planWith(raw: string): Plan {
  const change = aChange(raw);
  return {
    version: 1,
    changes: true,
    problems: false,
    image: { action: 'build', from: raw, uri: raw, digest: raw, newRepository: raw, reason: raw },
    services: [
      {
        service: raw,
        serviceArn: raw,
        action: 'update',
        deploys: true,
        taskDefinition: { action: 'register', from: raw, to: null, changes: [change] },
        settings: [change],
        strategy: plannedStrategy({
          strategy: raw,
          lifecycleHooks: [{ hookTargetArn: `:function:${raw}`, lifecycleStages: [raw], targetType: raw }],
        }),
        cost: { region: raw, pricesOf: raw, before: 1, after: 2, hasSpot: false },
        findings: [{ rule: raw, severity: 'warning', place: raw, message: raw, fix: raw }],
      },
    ],
    checks: [{ check: 'image', what: raw, name: raw, state: 'missing', detail: raw, inUse: false }],
  };
}

function failureWith(raw: string) {
  return { message: raw.replaceAll('\n', ' '), advice: raw };
}

function commentFor(raw: string) {
  // Without its last slash a text could be another service's name, or none.
  const name = `${raw.replaceAll('/', ' ')}x`;
  return {
    target: {
      place: { account: raw, region: raw },
      cluster: name,
      services: [name],
      environment: name,
    },
    source: { headSha: undefined, runUrl: `${server}/a/b/actions/runs/1`, repositoryUrl: `${server}/a/b` },
    most: 65_000,
  };
}

it('is read as it came', () => {
  expect(readable(summaryOfFailure('**@someone** web:1 <b>'))).toContain('### ❌ **@someone** web:1 <b>');
});
