/** One instruction of a Dockerfile. */
export interface Instruction {
  /** In capital letters, e.g. `RUN`. */
  readonly keyword: string;
  /** What follows it, its lines joined. */
  readonly rest: string;
  /** The line that it begins on, from 1. */
  readonly line: number;
}

/** Reads the instructions: comments left out, continued lines joined, here-documents taken along. */
export function readDockerfile(text: string): readonly Instruction[] {
  const lines = text.split(/\r?\n/);
  const escape = /^#\s*escape\s*=\s*`/im.test(lines.slice(0, 5).join('\n')) ? '`' : '\\';
  const instructions: Instruction[] = [];
  for (let index = 0; index < lines.length; index++) {
    const start = index;
    let joined = '';
    for (; index < lines.length; index++) {
      const line = lines[index] ?? '';
      // Comments and empty lines may stand between the lines of one instruction.
      if (/^\s*(#|$)/.test(line)) {
        if (joined === '') break;
        continue;
      }
      const trimmed = line.trimEnd();
      if (!trimmed.endsWith(escape)) {
        joined += trimmed;
        break;
      }
      joined += `${trimmed.slice(0, -1)} `;
    }
    const [, keyword, rest = ''] = /^\s*([A-Za-z]+)(?:\s+(.*))?$/.exec(joined) ?? [];
    if (keyword === undefined) continue;
    index = endOfHereDocuments(lines, index, keyword, rest);
    instructions.push({ keyword: keyword.toUpperCase(), rest: rest.trim(), line: start + 1 });
  }
  return instructions;
}

/** `RUN <<EOF` goes on to a line `EOF`; what stands there is no instruction. */
function endOfHereDocuments(lines: readonly string[], from: number, keyword: string, rest: string): number {
  if (!/^(run|copy|add)$/i.test(keyword)) return from;
  let index = from;
  for (const [, dash, name] of rest.matchAll(/<<(-?)["']?(\w+)["']?/g)) {
    const end = lines.findIndex(
      (line, at) => at > index && (dash === '' ? line : line.replace(/^\t+/, '')) === name,
    );
    if (end === -1) return from;
    index = end;
  }
  return index;
}

/**
 * The first command that has to run on the platform of the image: a RUN in a stage that the target needs and that is
 * not pinned to a platform of the builder. Undefined: the image can be put together without running anything on it.
 *
 * @param hasPlatform whether the builder runs a platform that a stage names
 */
export function commandOnTarget(
  instructions: readonly Instruction[],
  target: string | undefined,
  hasPlatform: (platform: string) => boolean,
): Instruction | undefined {
  const stages = stagesOf(instructions);
  const find = (name: string): Stage | undefined =>
    stages.findLast((stage) => stage.name === name.toLowerCase()) ??
    (/^\d+$/.test(name) ? stages[Number(name)] : undefined);
  const needed = new Set<Stage>();
  const need = (stage: Stage | undefined): void => {
    if (stage === undefined || needed.has(stage)) return;
    needed.add(stage);
    for (const name of stage.uses) need(find(name));
  };
  need(target === undefined ? stages.at(-1) : find(target));
  const isPinned = (stage: Stage, depth = 0): boolean => {
    // What another variable holds is not known before the build.
    if (stage.platform?.includes('$')) return !/TARGET(PLATFORM|ARCH|OS)/.test(stage.platform);
    if (stage.platform !== undefined) return hasPlatform(stage.platform);
    const parent = depth < stages.length ? find(stage.base) : undefined;
    return parent !== undefined && parent !== stage && isPinned(parent, depth + 1);
  };
  return stages
    .filter((stage) => needed.has(stage) && !isPinned(stage))
    .flatMap(({ runs }) => runs)
    .at(0);
}

interface Stage {
  readonly name: string | undefined;
  readonly base: string;
  readonly platform: string | undefined;
  readonly uses: readonly string[];
  readonly runs: readonly Instruction[];
}

function stagesOf(instructions: readonly Instruction[]): readonly Stage[] {
  const starts = instructions.flatMap(({ keyword }, index) => (keyword === 'FROM' ? [index] : []));
  return starts.map((start, number) => {
    const own = instructions.slice(start, starts[number + 1]);
    const [, platform, base = '', name] =
      /^(?:--platform=(\S+)\s+)?(\S+)(?:\s+as\s+(\S+))?/i.exec(own[0]?.rest ?? '') ?? [];
    const froms = own.flatMap(({ rest }) =>
      [...rest.matchAll(/\bfrom=([^\s,]+)/g)].map(([, from = '']) => from),
    );
    return {
      name: name?.toLowerCase(),
      base,
      platform,
      uses: [base, ...froms],
      runs: own.filter(({ keyword }) => keyword === 'RUN'),
    };
  });
}
