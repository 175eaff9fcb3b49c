/** One line of the table: what was measured, the figure, and the goal where there is one. */
export interface Row {
  readonly what: string;
  readonly figure: string;
  readonly goal?: string;
  /** Whether the goal is met; undefined without a goal. */
  readonly isMet?: boolean;
}

/** Rows under a title. */
export interface Section {
  readonly title: string;
  readonly rows: readonly Row[];
}

/** The sections as one table with aligned columns. */
export function render(sections: readonly Section[]): string {
  const rows = sections.flatMap((section) => section.rows);
  const whatWidth = Math.max(...rows.map(({ what }) => what.length));
  const figureWidth = Math.max(...rows.map(({ figure }) => figure.length));
  const goalWidth = Math.max(...rows.map(({ goal = '' }) => goal.length));
  const line = ({ what, figure, goal = '', isMet }: Row): string => {
    const verdict = isMet === undefined ? '' : isMet ? 'ok' : 'over';
    const cells = [what.padEnd(whatWidth), figure.padStart(figureWidth), goal.padEnd(goalWidth), verdict];
    return `  ${cells.join('   ').trimEnd()}`;
  };
  return sections.map(({ title, rows: own }) => [title, ...own.map(line)].join('\n')).join('\n\n');
}

/** A row whose goal is an upper limit. */
export function atMost(what: string, value: number, limit: number, say: (value: number) => string): Row {
  return { what, figure: say(value), goal: `at most ${say(limit)}`, isMet: value <= limit };
}

/** Lines with a name and a cell for each column, under a title. */
export function renderColumns(
  title: string,
  {
    columns,
    rows,
  }: {
    readonly columns: readonly string[];
    readonly rows: readonly { readonly name: string; readonly cells: readonly string[] }[];
  },
): string {
  const all = [{ name: '', cells: columns }, ...rows];
  const nameWidth = Math.max(...all.map(({ name }) => name.length));
  const widths = columns.map((_, at) => Math.max(...all.map(({ cells }) => cells[at]?.length ?? 0)));
  const lines = all.map(
    ({ name, cells }) =>
      `  ${name.padEnd(nameWidth)}${cells.map((cell, at) => cell.padStart((widths[at] ?? 0) + 3)).join('')}`,
  );
  return [title, ...lines].join('\n');
}

/** Counts side by side: one line for each name, one column for each case. */
export function renderCounts(
  title: string,
  columns: readonly { readonly name: string; readonly counts: ReadonlyMap<string, number> }[],
): string {
  const names = [...new Set(columns.flatMap(({ counts }) => [...counts.keys()]))];
  return renderColumns(title, {
    columns: columns.map(({ name }) => name),
    rows: [
      ...names.map((name) => ({ name, cells: columns.map(({ counts }) => String(counts.get(name) ?? '-')) })),
      {
        name: 'in all',
        cells: columns.map(({ counts }) =>
          String([...counts.values()].reduce((sum, count) => sum + count, 0)),
        ),
      },
    ],
  });
}
