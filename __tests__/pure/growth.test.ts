import { mostCharacters as mostOfLine, noCover, printedLine } from '../../src/docker/cover.ts';
import { readInfo } from '../../src/docker/info.ts';
import { brokenInstruction } from '../../src/image/build/broken-instruction.ts';
import { failureOfBuildx } from '../../src/image/build/build-failure.ts';
import { reportBuild } from '../../src/image/build/build-report.ts';
import { readDockerIgnore } from '../../src/image/source/docker-ignore.ts';
import { commandOnTarget, readDockerfile } from '../../src/image/source/dockerfile.ts';
import { matches, patternOf } from '../../src/image/source/path-pattern.ts';
import { readEntries } from '../../src/inputs/entries.ts';
import { mayBeSecret } from '../../src/plan/show/secrecy.ts';
import { parseAssignments } from '../../src/task-definition/assignments.ts';
import { parseCommand } from '../../src/task-definition/command.ts';
import { normalizeMemory } from '../../src/task-definition/document.ts';
import { parseTaskDefinition } from '../../src/task-definition/parse.ts';
import { looksLikeToken } from '../../src/task-definition/secret-value.ts';
import { isExact } from '../../src/text/json-fault.ts';

/** What of a file, a line or a value is read at most, or more. */
const kib = 1024;

/** A text of about that many characters. */
function filled(piece: string, length: number): string {
  return piece.repeat(Math.ceil(length / piece.length));
}

function numbered(length: number, line: (index: number) => string): string {
  const lines: string[] = [];
  for (let index = 0, size = 0; size < length; index++) {
    const next = line(index);
    lines.push(next);
    size += next.length + 1;
  }
  return lines.join('\n');
}

const lines = (text: string): readonly string[] =>
  text.split('\n').map((line) => printedLine(line.slice(0, mostOfLine), false, noCover).raw);
const report = (text: string): unknown =>
  reportBuild({
    lines: lines(text),
    cover: (line) => line,
    seconds: 1,
    size: undefined,
    hasIgnoreFile: true,
  });
const broken = (text: string): unknown =>
  failureOfBuildx({ lines: lines(text), exitCode: 1, repository: 'web', dockerfile: undefined });
const yaml = (text: string): unknown => {
  try {
    return parseTaskDefinition(text, 'td.yml');
  } catch {
    return undefined;
  }
};
const json = (text: string): unknown => {
  try {
    return parseTaskDefinition(text, 'td.json');
  } catch {
    return undefined;
  }
};
const command = (text: string): unknown => mayBeSecret(['containerDefinitions', 'command'], text, new Set());
const onTarget = (text: string): unknown =>
  commandOnTarget(readDockerfile(text), undefined, (platform) => platform === 'linux/amd64');

/**
 * Texts that somebody else writes, made to be slow to read. Reading eight times as much may take eight times as long, and
 * not sixty-four times, as where each character has all that follow read again.
 */
it.each<[string, number, (length: number) => string, (text: string) => unknown]>([
  ['a step of BuildKit whose name has digits only', 4000, (n) => `#1 [${filled('0', n)}`, report],
  ['a push that took many digits', 4000, (n) => `#1 pushing ${filled('1', n)}`, report],
  [
    'a step that is repeated, with brackets',
    4000,
    (n) => ` > [${filled('] ', n)}`,
    (text) => brokenInstruction(lines(text), { path: 'Dockerfile', instructions: [] }),
  ],
  [
    'a failure about many manifests',
    400 * kib,
    (n) => numbered(n, () => filled('manifest for ', 3900)),
    broken,
  ],
  [
    'a failure about many repositories',
    400 * kib,
    (n) => numbered(n, () => `ERROR: failed to push ${filled('repository with name ', 3900)}`),
    broken,
  ],
  [
    'here-documents that end at the end',
    512 * kib,
    (n) => `${numbered(n, (index) => `RUN <<E${index}`)}\nE0`,
    readDockerfile,
  ],
  ['here-documents of one name', 512 * kib, (n) => numbered(n, () => 'RUN <<E\nE'), readDockerfile],
  [
    'stages in a chain',
    1024 * kib,
    (n) => numbered(n, (index) => `FROM s${index - 1} AS s${index}`),
    onTarget,
  ],
  [
    'copies of one stage',
    512 * kib,
    (n) => `FROM a AS b\nFROM b\n${numbered(n, () => 'COPY --from=b . .')}`,
    onTarget,
  ],
  ['blanks before a separator of lines', 256 * kib, (n) => `RUN${filled(' ', n)}\u2028`, readDockerfile],
  [
    'brackets in .dockerignore',
    4096,
    (n) => filled('[', n),
    (text) => readDockerIgnore(text).has(filled('[', 4096)),
  ],
  [
    'rules of brackets',
    256 * kib,
    (n) => numbered(n, () => filled('[', 4000)),
    (text) => readDockerIgnore(text).has('a'),
  ],
  [
    'stars in .dockerignore',
    24,
    (n) => `${filled('**/', n)}x`,
    (text) => readDockerIgnore(text).has(`${filled('a/', 64)}b`),
  ],
  [
    'stars in a name',
    64,
    (n) => `${filled('*a', n)}b`,
    (text) => readDockerIgnore(text).has(filled('a', 256)),
  ],
  ['a path of many folders', 4096, (n) => filled('a/', n), (text) => matches(patternOf('**/x'), text)],
  ['keys in YAML', 64 * kib, (n) => numbered(n, (index) => `k${index}: 1`), yaml],
  ['anchors in YAML', 64 * kib, (n) => filled('&a ', n), yaml],
  ['commas in YAML', 64 * kib, (n) => `[${filled(',', n)}`, yaml],
  ['brackets in YAML', 64 * kib, (n) => filled('[', n), yaml],
  ['dashes in YAML', 64 * kib, (n) => filled('- ', n), yaml],
  ['zeros in a number', 256 * kib, (n) => `{"cpu": 1${filled('0', n)}1}`, json],
  ['zeros of a fraction', 256 * kib, (n) => `1.${filled('0', n)}1`, isExact],
  ['digits in a size', 64 * kib, (n) => filled('1', n), normalizeMemory],
  ['a user in a command', 9 * kib, (n) => `curl -u${filled('=', n)}`, command],
  ['users in a command', 9 * kib, (n) => filled(' -u a', n), command],
  ['addresses in a command', 9 * kib, (n) => filled('://', n), command],
  ['mysql in a command', 9 * kib, (n) => filled('mysql ', n), command],
  ['beginnings of a token', 64 * kib, (n) => filled('eyJ-', n), looksLikeToken],
  ['a command of many words', 128 * kib, (n) => filled('a ', n), parseCommand],
  ['blank lines in a list', 128 * kib, (n) => filled('\n', n), readEntries],
  ['quotes in a list', 128 * kib, (n) => filled('"a\n', n), readEntries],
  ['values of several lines', 128 * kib, (n) => numbered(n, (index) => `A${index}<<E\nE`), parseAssignments],
  ['arrows before a value', 128 * kib, (n) => `${filled('<', n)} `, parseAssignments],
  [
    'a version of buildx',
    64 * kib,
    (n) =>
      JSON.stringify({ ClientInfo: { Plugins: [{ Name: 'buildx', Version: `0.0.${filled('1', n)}\n` }] } }),
    readInfo,
  ],
])('reads %s in time that grows with its length', (_what, most, make, read) => {
  const [short, long] = [make(most / 8), make(most)];
  // Once for the compiler.
  read(short);
  const longest = processorTime(() => read(long));
  // Too short to be compared, and to matter.
  if (longest < 25) return;
  const shortest = Math.max(
    0.5,
    processorTime(() => read(short)),
  );
  expect(longest / shortest).toBeLessThan(32);
});

/** The least of three, in milliseconds of the processor: what else the machine does counts little. */
function processorTime(run: () => unknown): number {
  const times = [1, 2, 3].map(() => {
    const before = process.cpuUsage();
    run();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  });
  return Math.min(...times);
}
