import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Github, type GithubOptions, startGithub } from '../../local/github/github.ts';
import type { StepRun } from '../../scripts/runner.ts';
import { readable } from '../pure/rendered-summary.ts';
import { startWorld, type World } from './world.ts';

const sha = 'a'.repeat(40);
/** The ids of the repositories that a pull request leads from and to. */
interface Sides {
  readonly from: number | undefined;
  readonly to: number;
}

interface Ground extends AsyncDisposable {
  readonly world: World;
  readonly github: Github;
  readonly plan: (
    inputs: Readonly<Record<string, string>>,
    environment?: Readonly<Record<string, string>>,
  ) => Promise<StepRun>;
}

async function startGround(
  options: Partial<GithubOptions> = {},
  { from, to }: Sides = { from: 1, to: 1 },
): Promise<Ground> {
  const github = await startGithub({
    job: { repository: 'octo-org/web', ref: 'refs/pull/12/merge' },
    ...options,
  });
  const world = await startWorld();
  const path = join(world.workspace, 'event.json');
  const head = { sha, repo: from === undefined ? null : { id: from } };
  writeFileSync(path, JSON.stringify({ pull_request: { number: 12, head, base: { repo: { id: to } } } }));
  return {
    world,
    github,
    plan: (inputs, environment = {}) =>
      world.deploy(
        {
          operation: 'plan',
          'pull-request-comment': 'true',
          'github-token': github.token,
          build: 'false',
          ...inputs,
        },
        {
          ...github.environment,
          GITHUB_EVENT_NAME: 'pull_request',
          GITHUB_EVENT_PATH: path,
          ...environment,
        },
      ),
    [Symbol.asyncDispose]: async () => {
      await world[Symbol.asyncDispose]();
      await github.close();
    },
  };
}

const bodies = ({ comments }: Github) => comments.all.map(({ body }) => readable(body));
const warnings = ({ annotations }: StepRun) =>
  annotations.flatMap(({ level, message }) => (level === 'warning' ? message : []));

it.concurrent('is written once, and updated by later runs, also by one that fails', async () => {
  await using ground = await startGround();
  const { github, plan } = ground;
  const first = await plan({ image: 'v2' });
  expect([first.exitCode, first.outputs.result]).toEqual([0, 'planned']);
  expect(first.log).toMatch(/pull request 12: commented$/m);
  expect(bodies(github)).toEqual([
    expect.stringMatching(
      /^<!-- fargate-deploy:plan \w{16} run=1000\.1 -->\n### 📋 Plan: web would be updated\. Nothing was changed\.\n\n<code>web<\/code> in cluster <code>staging<\/code> · account 123456789012, region eu-west-1 · commit <a href="https:\/\/github\.com\/octo-org\/web\/commit\/a{40}"><code>aaaaaaa<\/code><\/a>/,
    ),
  ]);
  const second = await plan({ image: 'v1' }, { GITHUB_RUN_ID: '1001' });
  expect(second.log).toMatch(/pull request 12: updated the comment$/m);
  expect(bodies(github)).toEqual([expect.stringContaining('Plan: nothing would change.')]);
  const third = await plan({ image: 'v2', cpu: '512', memory: '8192' }, { GITHUB_RUN_ID: '1002' });
  expect(third.exitCode).toBe(1);
  expect(bodies(github)).toEqual([expect.stringContaining('Plan: a deploy would be refused.')]);
  const fourth = await plan({ 'task-definition': 'missing.json' }, { GITHUB_RUN_ID: '1003' });
  expect(fourth.exitCode).toBe(1);
  expect(bodies(github)).toEqual([expect.stringMatching(/### ❌ Plan: failed\n[^]*> .*missing\.json/)]);
  const older = await plan({ image: 'v2' });
  expect(older.log).toMatch(/pull request 12: a newer run has commented already, and its comment stays$/m);
  expect(bodies(github)).toEqual([expect.stringContaining('Plan: failed')]);
  const elsewhere = await plan({ image: 'v2', environment: 'production' });
  expect(elsewhere.log).toMatch(/pull request 12: commented$/m);
  expect(bodies(github)).toEqual([
    expect.stringContaining('Plan: failed'),
    expect.stringContaining('environment <code>production</code>'),
  ]);
  expect(github.problems).toEqual([]);
});

it.concurrent('shows no value that may be a secret, and mentions nobody', async () => {
  await using ground = await startGround();
  const { github, plan } = ground;
  await plan({ image: 'v2', 'environment-variables': 'MODE=s3cr3t', command: 'run @octo-org/team #1' });
  const [comment] = github.comments.all;
  expect(comment?.body).not.toMatch(/s3cr3t/);
  // A fence, in which GitHub looks for no mentions.
  expect(comment?.body).toMatch(/```diff\n[^`]*@octo-org\/team #1[^`]*\n```/);
});

const fork = { from: 2, to: 1 };
const deletedFork = { from: undefined, to: 1 };
const own = { from: 1, to: 1 };

it.concurrent.each([
  ['a fork', fork, 'pull_request', 'the pull request comes from a fork'],
  ['a deleted fork', deletedFork, 'pull_request', 'the pull request comes from a fork'],
  ['pull_request_target', own, 'pull_request_target', 'the event pull_request_target gives write access'],
  ['a schedule', own, 'schedule', 'the run was started by schedule, not by pull_request'],
])('is not written for %s, and log and summary say so', async (_what, sides, event, why) => {
  await using ground = await startGround({}, sides);
  const { github, plan } = ground;
  const run = await plan({ image: 'v2' }, { GITHUB_EVENT_NAME: event });
  expect([run.exitCode, run.outputs.result]).toEqual([0, 'planned']);
  const sentence = `No comment is written on a pull request: ${why}`;
  expect(run.log).toContain(sentence);
  expect(readable(run.summary)).toContain(sentence);
  expect(github.requests).toEqual([]);
});

it.concurrent('is for a plan alone: a deploy with the same inputs says so', async () => {
  await using ground = await startGround();
  const { github, plan } = ground;
  const run = await plan({ operation: 'deploy', image: 'v1' });
  expect(run.exitCode).toBe(0);
  expect(run.log).toMatch(
    /No comment is written on a pull request: pull-request-comment is for operation: plan\./,
  );
  expect(github.requests).toEqual([]);
});

const limited = {
  status: 403,
  body: { message: 'API rate limit exceeded' },
  headers: { 'retry-after': '60' },
};

it.concurrent.each<[string, Partial<GithubOptions>, RegExp]>([
  [
    'the token may not write',
    { pullRequests: 'read' },
    /pull request 12: 403 Resource not accessible by integration\. Give the job the permission `pull-requests: write`\. The result of the plan stands\.$/,
  ],
  ['the token may not read', { pullRequests: 'none' }, /: 403 .*pull-requests: write/],
  [
    'the repository is out of sight',
    { intercept: () => ({ status: 404, body: { message: 'Not Found' } }) },
    /: 404 Not Found\. Check that github-token can read this repository/,
  ],
  [
    'GitHub takes no more requests',
    { intercept: () => limited },
    /: 403 API rate limit exceeded\. GitHub takes no more requests from this token for now; the next run writes the comment\. The/,
  ],
  [
    'GitHub fails',
    { intercept: () => ({ status: 500, body: { message: 'Oops' } }) },
    /: 500 Oops\. The result of the plan stands\.$/,
  ],
])('that fails only warns: %s', async (_what, options, warning) => {
  await using ground = await startGround(options);
  const run = await ground.plan({ image: 'v2' });
  expect([run.exitCode, run.outputs.result]).toEqual([0, 'planned']);
  expect(warnings(run)).toEqual([expect.stringMatching(warning)]);
  expect(ground.github.comments.all).toEqual([]);
});

it.concurrent('that fails only warns: nobody answers', async () => {
  await using ground = await startGround();
  const run = await ground.plan({ image: 'v2' }, { GITHUB_API_URL: 'http://127.0.0.1:9' });
  expect([run.exitCode, run.outputs.result]).toEqual([0, 'planned']);
  expect(warnings(run)).toEqual([
    expect.stringMatching(/could not be written on pull request 12: .*127\.0\.0\.1/),
  ]);
});
