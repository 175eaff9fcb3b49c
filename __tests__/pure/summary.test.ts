import type { Result, ServiceOutcome } from '../../src/deployment/outcome.ts';
import type { ProvidedImage } from '../../src/image/registry/provided-image.ts';
import { fitParts, summarize, summarizeFailure } from '../../src/report/summary.ts';
import { aCause, anOutcome } from './an-outcome.ts';
import { readable } from './rendered-summary.ts';

const image: ProvidedImage = { uri: 'registry.example/web@sha256:aa', digest: 'sha256:aa' };

const noTimes = {
  begun: undefined,
  finished: undefined,
  rollback: { begun: undefined, finished: undefined },
  newTasks: [],
  oldTasks: [],
  stages: [],
};
const noSettings = {
  deregistrationDelaySeconds: undefined,
  targetCheck: { kind: 'unknown' } as const,
  containerCheckSeconds: undefined,
  maximumPercent: undefined,
  waits: undefined,
  imageBytes: undefined,
};

const origin = {
  commit: 'abcdef0123456789abcdef0123456789abcdef01',
  run: 'https://github.com/octo-org/web/actions/runs/7',
  repository: 'octo-org/web',
};
const changes = new Map([
  [
    anOutcome().serviceArn,
    {
      before: origin,
      members: [],
      settings: [{ name: 'desired-count', kind: 'changed', hidden: false, before: 1, after: 2 } as const],
    },
  ],
]);

function summaryOf(...outcomes: ServiceOutcome[]): string {
  return summarize({ outcomes, image: undefined, durationSeconds: 83.4 });
}

describe('the job summary', () => {
  it('of a deployment is short', () => {
    expect(
      readable(summarize({ outcomes: [anOutcome()], image, durationSeconds: 83.4, changes })),
    ).toBe(`### ✅ web: deployed

web runs web:2.${'  '}

**Changes** from <code>web:1</code> to <code>web:2</code>

- desired-count: <code>1</code> → <code>2</code>

<details><summary>Details</summary>

<table>
<tr><td>Service</td><td><a href="https://eu-west-1.console.aws.amazon.com/ecs/v2/clusters/main/services/web/deployments?region=eu-west-1">web</a></td></tr>
<tr><td>Cluster</td><td>main</td></tr>
<tr><td>AWS</td><td>account 111122223333, region eu-west-1</td></tr>
<tr><td>Deployed</td><td><a href="https://eu-west-1.console.aws.amazon.com/ecs/v2/task-definitions/web/2?region=eu-west-1"><code>web:2</code></a></td></tr>
<tr><td>Before</td><td><a href="https://eu-west-1.console.aws.amazon.com/ecs/v2/task-definitions/web/1?region=eu-west-1"><code>web:1</code></a></td></tr>
<tr><td>Image</td><td><code>registry.example/web@sha256:aa</code></td></tr>
<tr><td>Deployment</td><td><code>ecs-svc/200</code></td></tr>
<tr><td>Reason</td><td><code>completed</code></td></tr>
</table>

</details>

<sub>This step took 83 s.</sub>
`);
  });

  it('of a failure begins with the cause and what to do, and ends with the ids', () => {
    const outcome = anOutcome({
      service: 'my_web',
      serviceArn: 'unknown',
      clusterArn: 'main',
      result: 'rollback-failed',
      reason: 'circuit-breaker',
      message: 'It failed.\nTwice.',
      deploymentId: undefined,
      taskDefinitionArn: undefined,
      previousTaskDefinitionArn: undefined,
      cause: aCause,
      currentState: { failures: ['1 x no capacity'], runs: ['web:1: 1 of 2 tasks running'] },
      recovery: ['aws ecs update-service'],
    });
    expect(readable(summaryOf(outcome))).toBe(`### ❌ my_web: deployment failed, and so did the rollback

It failed.${'  '}
Twice.${'  '}

**Likely cause:** The program is not there.${'  '}
**What to do:** Put it there.${'  '}

**What runs now**

- web:1: 1 of 2 tasks running

**To check the service and fix it**

\`\`\`shell
aws ecs update-service
\`\`\`

| Failed tasks | Stop code | Reason | Containers |
| ---: | --- | --- | --- |
| 2 | EssentialContainerExited | Essential container in task exited | web: exit code 127<br>proxy: exit code 143 |
| 1 | TaskFailedToStart | no capacity |  |

**Load balancer**

- target group web: 10.0.0.1:80 is unhealthy

**ECS events**

- (service web) is unable to consistently start tasks successfully.

**Last log lines of web** (task <code>aaa1</code>)

\`\`\`text
starting
sh: app: not found
\`\`\`

**Failed tasks of the rollback**

- 1 x no capacity

<details><summary>Details</summary>

<table>
<tr><td>Service</td><td>my_web</td></tr>
<tr><td>Cluster</td><td>main</td></tr>
<tr><td>Reason</td><td><code>circuit-breaker</code></td></tr>
</table>

</details>

<sub>This step took 83 s.</sub>
`);
  });

  it('of a deployment that was rolled back says what runs, and calls the failed image tried', () => {
    const outcome = anOutcome({ result: 'rolled-back', reason: 'tasks-failed' });
    const runsNow = { taskDefinitionArn: outcome.previousTaskDefinitionArn ?? '', running: 2, desired: 2 };
    const summary = summarize({
      outcomes: [outcome],
      image,
      durationSeconds: 1,
      facts: new Map([[outcome.serviceArn, { runsNow, times: noTimes, settings: noSettings }]]),
      changes: new Map([
        [outcome.serviceArn, { before: { ...origin, commit: '9'.repeat(40) }, members: [], settings: [] }],
      ]),
      origin,
      server: 'https://github.com',
    });
    const plain = readable(summary).replaceAll(/<\/?(a|code|b)\b[^>]*>/g, '');
    expect(plain).toContain('**What runs now:** web:1 (commit 999999999999), 2 of 2 tasks\n');
    expect(plain).toContain('<tr><td>Tried</td><td>web:2</td></tr>');
    expect(plain).toContain('<tr><td>Image tried</td><td>registry.example/web@sha256:aa</td></tr>');
    expect(summary).toContain(
      '<tr><td>Commit tried</td><td><a href="https://github.com/octo-org/web/commit/abcdef0123456789abcdef0123456789abcdef01">',
    );
    expect(summary).not.toContain('Timeline');
  });

  it('says why there are no log lines', () => {
    const cause = {
      likely: undefined,
      groups: [],
      targets: [],
      events: [],
      logs: { container: 'web', taskId: 'aaa1', lines: [], note: 'The container wrote no log.', sameIn: 1 },
    };
    expect(summaryOf(anOutcome({ cause }))).toContain(`
**Last log lines of web** (task <code>aaa1</code>)

The container wrote no log.

<details>`);
  });

  it.each<[Result, string]>([
    ['deployed', '### ✅ web: deployed'],
    ['unchanged', '### ✅ web: nothing to do'],
    ['started', '### ✅ web: deployment started'],
    ['paused', '### ⏸️ web: deployment paused'],
    ['traffic-shifted', '### ✅ web: all production traffic shifted'],
    ['rolled-back', '### ↩️ web: deployment failed, rolled back'],
    ['rollback-failed', '### ❌ web: deployment failed, and so did the rollback'],
    ['superseded', '### ❌ web: superseded by another deployment'],
    ['timed-out', '### ❌ web: timed out'],
    ['cancelled', '### ❌ web: cancelled'],
    ['failed', '### ❌ web: deployment failed'],
  ])('has for %s the headline %s', (result, headline) => {
    expect(summaryOf(anOutcome({ result })).split('\n')[0]).toBe(headline);
  });

  it('of a run that touched no service', () => {
    const failure = {
      message: '2 inputs:\n  - image\n  - tags',
      advice: 'See <docs>.',
      detail: ['#5 ERROR: ```'],
    };
    expect(readable(summarizeFailure('fargate-deploy: failed', failure))).toBe(`### ❌ fargate-deploy: failed

> 2 inputs:
> - image
> - tags

**What to do:** See <docs>.

\`\`\`\`text
#5 ERROR: \`\`\`
\`\`\`\`
`);
  });
});

describe('its size', () => {
  const long = '\u{1f680}<'.repeat(10_000);

  it('is bounded for many services that failed at length', () => {
    const outcomes = Array.from({ length: 2000 }, (_, index) =>
      anOutcome({ service: `web${index}`, result: 'failed', message: long, cause: aCause, recovery: [long] }),
    );
    const summary = summaryOf(...outcomes);
    expect(Buffer.byteLength(summary)).toBeLessThan(1024 * 1024);
    expect(summary).toContain('### ❌ web0: deployment failed');
    expect(summary).toContain('### ❌ web1999: deployment failed');
    expect(summary).not.toContain('services (');
  });

  it('is bounded for more services than there is room for, and says how many are left out', () => {
    const outcomes = Array.from({ length: 20_000 }, (_, index) => anOutcome({ service: `web${index}` }));
    const summary = summaryOf(...outcomes);
    expect(Buffer.byteLength(summary)).toBeLessThan(1024 * 1024);
    const told = summary.match(/^### /gm)?.length ?? 0;
    expect(summary).toContain(` services (${20_000 - told})`);
  });

  it('leaves out the least important first, and of that the last', () => {
    const part = (importance: number, title: string) => ({
      importance,
      title,
      lines: [title.padEnd(9, '.')],
    });
    const parts = [part(2, 'a'), part(0, 'b'), part(1, 'c'), part(2, 'd'), part(0, 'b')];
    const shown = [50, 49, 39, 29, 9].map((most) => fitParts(parts, most).replaceAll(/\.+(?=\n|$)/g, ''));
    const left = (what: string): string => `<sub>Left out to stay within the size limit: ${what}.</sub>\n`;
    expect(shown).toEqual(
      [
        'a\nb\nc\nd\nb',
        `a\nb\nc\nd\n${left('b')}`,
        `a\nc\nd\n${left('b (2)')}`,
        `a\nd\n${left('b (2), c')}`,
        left('a, b (2), c, d'),
      ].map((text) => text.replaceAll(/\.+(?=\n|$)/g, '')),
    );
  });

  it('is bounded for a long text in each place', () => {
    const lines = Array.from({ length: 1000 }, () => long);
    const outcome = anOutcome({
      message: lines.join('\n'),
      recovery: lines,
      cause: { ...aCause, targets: [long], events: [long], logs: { ...logsOf('x'), lines } },
    });
    expect(Buffer.byteLength(summaryOf(outcome))).toBeLessThan(1024 * 1024);
    const failure = { message: lines.join('\n'), advice: long, detail: lines };
    expect(Buffer.byteLength(summarizeFailure(long, failure))).toBeLessThan(1024 * 1024);
  });
});

function logsOf(raw: string) {
  return { container: raw, taskId: raw, lines: [raw, raw], note: undefined, sameIn: 1 };
}
