import { failureOfBuild } from '../../src/image/build/build-failure.ts';
import { readDockerfile } from '../../src/image/source/dockerfile.ts';

const text = [
  'FROM base AS a',
  'FROM base',
  'WORKDIR /x',
  '# a comment',
  'RUN echo one && \\',
  '  echo two && \\',
  '  exit 7',
].join('\n');
const dockerfile = { path: 'docker/Dockerfile', instructions: readDockerfile(text) };
const failed = (lines: readonly string[]) => {
  const { message, detail, place } = failureOfBuild({ exitCode: 1, lines, dockerfile });
  return { message, detail, place };
};
const run = {
  message:
    "The image can't be built: RUN echo one && echo two && exit 7 (line 5 of docker/Dockerfile) exited with code 7.",
  detail: ['one', 'two'],
  place: { file: 'docker/Dockerfile', line: 5 },
};

describe('a build that fails at an instruction', () => {
  it.each<[string, readonly string[], unknown]>([
    [
      'BuildKit',
      [
        '#6 ERROR: process "/bin/sh -c echo one &&   echo two &&   exit 7" did not complete successfully: exit code: 7',
        '------',
        ' > [stage-1 3/3] RUN echo one &&   echo two &&   exit 7:',
        '0.254 one',
        '0.254 two',
        '------',
        'Dockerfile:5',
        '--------------------',
        '   4 |     # a comment',
        '   5 | >>> RUN echo one && \\',
        '   6 | >>>   echo two && \\',
        '   7 | >>>   exit 7',
        '--------------------',
        'ERROR: failed to build: failed to solve: process "/bin/sh -c echo" did not complete successfully: exit code: 7',
      ],
      run,
    ],
    [
      'an older BuildKit, which tells no line',
      [
        '#6 ERROR: executor failed running [/bin/sh -c echo one]: exit code: 7',
        '------',
        ' > [stage-1 3/3] RUN echo one &&   echo two &&   exit 7:',
        '0.254 one',
        '0.254 two',
        '------',
        'ERROR: failed to build: failed to solve: executor failed running [/bin/sh -c echo one]: exit code: 7',
      ],
      run,
    ],
    [
      'the classic builder',
      [
        'Step 3/4 : WORKDIR /x',
        ' ---> 4d4d',
        'Step 4/4 : RUN echo one &&   echo two &&   exit 7',
        ' ---> Running in 1a2b',
        'one',
        'two',
        'Removing intermediate container 1a2b',
        "The command '/bin/sh -c echo one' returned a non-zero code: 7",
      ],
      run,
    ],
    [
      'a file that is not there, BuildKit',
      [
        '#6 ERROR: "/nothere" not found: not found',
        '------',
        ' > [stage-1 2/3] WORKDIR /x:',
        '------',
        'ERROR: failed to build: failed to solve: failed to compute cache key: "/nothere" not found: not found',
      ],
      {
        message:
          'The image can\'t be built: WORKDIR /x (line 3 of docker/Dockerfile) failed: failed to compute cache key: "/nothere" not found: not found',
        detail: ['------', ' > [stage-1 2/3] WORKDIR /x:', '------'],
        place: { file: 'docker/Dockerfile', line: 3 },
      },
    ],
    [
      'a keyword that is none',
      [
        'ERROR: failed to build: failed to solve: rpc error: code = Unknown desc = failed to solve with frontend dockerfile.v0: failed to create LLB definition: dockerfile parse error line 2: unknown instruction: COPPY',
      ],
      {
        message:
          "The image can't be built: FROM base (line 2 of docker/Dockerfile) failed: dockerfile parse error line 2: unknown instruction: COPPY",
        detail: [],
        place: { file: 'docker/Dockerfile', line: 2 },
      },
    ],
    [
      'nothing that is known',
      ['ERROR: the builder went away'],
      {
        message: "The image can't be built (exit code 1): ERROR: the builder went away",
        detail: [],
        place: undefined,
      },
    ],
  ])('%s', (_, lines, expected) => {
    expect(failed(lines)).toEqual(expected);
  });
});
