// Reads Stryker's report: how many of a file's mutants the tests noticed, and which ones survived.

/** The part of Stryker's report (mutation-testing-report-schema) that is read here. */
export interface MutantReport {
  readonly files: Readonly<Record<string, { readonly source: string; readonly mutants: readonly Mutant[] }>>;
}

export interface Mutant {
  readonly status: string;
  readonly replacement?: string;
  readonly location: { readonly start: Position; readonly end: Position };
}

/** From 1 on. */
interface Position {
  readonly line: number;
  readonly column: number;
}

/** The score of a file. A mutant that times out counts as noticed. */
export interface Score {
  readonly file: string;
  readonly killed: number;
  readonly mutants: number;
}

/** The percentage of each file's mutants that has to be noticed. */
const leastPercent = 95;

/**
 * Judges a run: each file needs its percentage and each survivor a reason in the list, and the list has no mutant that is
 * noticed by now.
 * @param list docs/mutants.md: a title `### FILE`, below it one line per survivor
 */
export function judgeMutants(
  report: MutantReport,
  list: string,
): { readonly scores: readonly Score[]; readonly complaints: readonly string[] } {
  const files = Object.entries(report.files).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const scores = files.map(([file, { mutants }]) => ({
    file,
    killed: mutants.filter(isNoticed).length,
    mutants: mutants.filter((mutant) => isSurvivor(mutant) || isNoticed(mutant)).length,
  }));
  const complaints = files.flatMap(([file, { source, mutants }], index) => {
    const listed = listedOf(list, file);
    const unlisted = mutants.filter(isSurvivor).flatMap((mutant) => {
      const shown = show(mutant, source);
      const at = listed.findIndex((line) => line.startsWith(`${shown}: `));
      if (at !== -1) listed.splice(at, 1);
      return at === -1 ? [`${file}:${mutant.location.start.line} survives, not listed\n  ${shown}`] : [];
    });
    const stale = listed.map((line) => `${file}: listed, and noticed by now\n  ${line}`);
    const score = scores[index];
    const isLow = score !== undefined && percentOf(score) < leastPercent;
    return [...(isLow ? [`${file}: less than ${leastPercent} %`] : []), ...unlisted, ...stale];
  });
  return { scores, complaints };
}

/** Rounded down, so that only all of them make 100. */
export function percentOf({ killed, mutants }: Omit<Score, 'file'>): number {
  return mutants === 0 ? 100 : Math.floor((1000 * killed) / mutants) / 10;
}

/** As Markdown, for docs/mutants.md. */
export function tableOf(scores: readonly Score[]): string {
  const all = {
    file: 'all',
    killed: scores.reduce((sum, { killed }) => sum + killed, 0),
    mutants: scores.reduce((sum, { mutants }) => sum + mutants, 0),
  };
  const rows = [...scores, all].map((score) => {
    const { file, killed, mutants } = score;
    return `| ${file} | ${mutants} | ${killed} | ${percentOf(score).toFixed(1)} % |`;
  });
  return ['| File | Mutants | Noticed | |', '| --- | ---: | ---: | ---: |', ...rows].join('\n');
}

/** RuntimeError: the tests can't be loaded. */
function isNoticed({ status }: Mutant): boolean {
  return status === 'Killed' || status === 'Timeout' || status === 'RuntimeError';
}

function isSurvivor({ status }: Mutant): boolean {
  return status === 'Survived' || status === 'NoCoverage';
}

function listedOf(list: string, file: string): string[] {
  const section = list.split(/^### /m).find((part) => part.startsWith(`${file}\n`));
  return (section ?? '').split('\n').filter((line) => line.startsWith('- '));
}

/** Named by its text, since its line changes with every edit. */
function show({ location, replacement = '' }: Mutant, source: string): string {
  const { start, end } = location;
  const lines = source.split('\n').slice(start.line - 1, end.line);
  const text = lines.join('\n');
  const cut = text.length - (lines.at(-1) ?? '').length + end.column - 1;
  return `- ${asCode(text.slice(start.column - 1, cut))} → ${asCode(replacement)}`;
}

function asCode(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  const short = line.length > 100 ? `${line.slice(0, 100)}…` : line;
  return short.includes('`') ? `\`\` ${short} \`\`` : `\`${short}\``;
}
