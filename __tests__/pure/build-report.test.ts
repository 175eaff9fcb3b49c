import { reportBuild } from '../../src/image/build/build-report.ts';
import { buildSection, describeBuild } from '../../src/report/build-section.ts';
import { readable } from './rendered-summary.ts';

const size = { bytes: 12_345_678, layers: 4 };
const report = (lines: readonly string[], hasIgnoreFile = true) =>
  reportBuild({ lines, cover: (text) => text, seconds: 75, size, hasIgnoreFile });

describe('the report of a build', () => {
  const buildkit = [
    '#1 [internal] load build definition from Dockerfile',
    '#4 [internal] load build context',
    '#4 transferring context: 1.2MB 0.1s',
    '#4 transferring context: 80.5MB 1.1s done',
    '#5 [build 1/4] FROM docker.io/library/node:24',
    '#5 CACHED',
    '#6 [build 2/4] WORKDIR /app',
    '#6 CACHED',
    '#7 [build 3/4] COPY . .',
    '#7 DONE 0.1s',
    '#8 [build 4/4] RUN npm ci',
    '#8 DONE 9.0s',
    '#9 pushing layers 2.5s done',
    '#9 pushing manifest for r/web:1@sha256:0 0.5s done',
  ];

  it('reads what BuildKit prints', () => {
    expect(report(buildkit, false)).toEqual({
      seconds: 75,
      pushSeconds: 3,
      steps: 3,
      cached: 1,
      missedAt: 'COPY . .',
      contextBytes: 80_500_000,
      size,
      hints: [
        expect.stringMatching(/80\.5 MB, and there is no \.dockerignore/),
        expect.stringMatching(/misses from COPY \. \. on/),
      ],
    });
  });

  it('reads what the classic builder prints', () => {
    const lines = [
      'Sending build context to Docker daemon  2.048kB',
      'Step 1/4 : FROM base',
      ' ---> 1b51',
      'Step 2/4 : WORKDIR /app',
      ' ---> Using cache',
      ' ---> 4d4d',
      'Step 3/4 : RUN make',
      ' ---> Running in 5e5e',
      'Step 4/4 : LABEL a=1',
    ];
    expect(report(lines, false)).toMatchObject({
      pushSeconds: undefined,
      steps: 2,
      cached: 1,
      missedAt: 'RUN make',
      contextBytes: 2048,
      hints: [],
    });
  });

  it('does not call a first build a missed cache', () => {
    expect(report(['#7 [1/1] COPY . .', '#7 DONE 0.1s'])).toMatchObject({ missedAt: undefined, hints: [] });
  });

  it('is shown in words, and what it quotes is no markup', () => {
    const found = report(buildkit.map((line) => line.replace('COPY . .', 'COPY . <b>`')));
    expect(describeBuild(found)).toBe(
      'built and pushed in 75 s; 3 s of it for the push; 1 of 3 steps from the cache; context 80.5 MB; size 12.3 MB in 4 layers',
    );
    const section = buildSection(found).join('\n');
    expect(readable(section)).toContain('<code>COPY . <b>`</code>');
    expect(section).not.toContain('<b>');
    expect(buildSection(undefined)).toEqual([]);
  });
});
