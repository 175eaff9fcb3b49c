/** One instruction of a Dockerfile. */
export interface Instruction {
  /** In upper case, such as `RUN`. */
  readonly keyword: string;
  /** The text after it, with its lines joined. */
  readonly rest: string;
  /** The line that it starts on, counted from 1. */
  readonly line: number;
}

/** Reads the instructions: skips comments and the text of here-documents, and joins continued lines. */
export function readDockerfile(text: string): readonly Instruction[] {
  const lines = text.split(/\r?\n/);
  const escape = /^#\s*escape\s*=\s*`/im.test(lines.slice(0, 5).join('\n')) ? '`' : '\\';
  const places = placesOf(lines);
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
    const [, keyword, rest = ''] = /^\s*([A-Za-z]+)(?:\s([^]*))?$/.exec(joined) ?? [];
    if (keyword === undefined) continue;
    index = endOfHereDocuments(places, index, keyword, rest);
    instructions.push({ keyword: keyword.toUpperCase(), rest: rest.trim(), line: start + 1 });
  }
  return instructions;
}

/** `RUN <<EOF` continues to a line `EOF`; the lines between aren't instructions. */
function endOfHereDocuments(places: Places, from: number, keyword: string, rest: string): number {
  if (!/^(run|copy|add)$/i.test(keyword)) return from;
  let index = from;
  for (const [, dash, name = ''] of rest.matchAll(/<<(-?)["']?(\w+)["']?/g)) {
    const end = nextAfter((dash === '' ? places.asWritten : places.withoutTabs).get(name) ?? [], index);
    if (end === undefined) return from;
    index = end;
  }
  return index;
}

/** The lines that consist of a single word. A search from each here-document would read the file again for each. */
interface Places {
  readonly asWritten: ReadonlyMap<string, readonly number[]>;
  readonly withoutTabs: ReadonlyMap<string, readonly number[]>;
}

function placesOf(lines: readonly string[]): Places {
  const [asWritten, withoutTabs] = [new Map<string, number[]>(), new Map<string, number[]>()];
  const add = (map: Map<string, number[]>, line: string, at: number): void => {
    const before = map.get(line);
    if (before === undefined) map.set(line, [at]);
    else before.push(at);
  };
  for (const [at, line] of lines.entries()) {
    if (!/^\t*\w+$/.test(line)) continue;
    add(asWritten, line, at);
    add(withoutTabs, line.trimStart(), at);
  }
  return { asWritten, withoutTabs };
}

/** The first of these ascending numbers that is greater, by binary search. */
function nextAfter(ascending: readonly number[], than: number): number | undefined {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] ?? 0) > than) high = middle;
    else low = middle + 1;
  }
  return ascending[low];
}

/**
 * Finds the first command that has to run on the platform of the image: a RUN in a stage that the target needs and that
 * isn't pinned to a platform of the builder. Undefined: building the image runs nothing on its platform.
 *
 * @param hasPlatform whether the builder runs a platform that a stage names
 */
export function commandOnTarget(
  instructions: readonly Instruction[],
  target: string | undefined,
  hasPlatform: (platform: string) => boolean,
): Instruction | undefined {
  const stages = stagesOf(instructions);
  const byName = new Map(stages.map((stage) => [stage.name, stage]));
  const find = (name: string): Stage | undefined =>
    byName.get(name.toLowerCase()) ?? (/^\d{1,6}$/.test(name) ? stages[Number(name)] : undefined);
  const needed = new Set<Stage>();
  const open = [target === undefined ? stages.at(-1) : find(target)];
  // A loop instead of recursion: a generated file may chain more stages than calls can nest.
  while (open.length > 0) {
    const stage = open.pop();
    if (stage === undefined || needed.has(stage)) continue;
    needed.add(stage);
    for (const name of stage.uses) open.push(find(name));
  }
  const pinned = pinnedStages(stages, find, hasPlatform);
  return stages
    .filter((stage) => needed.has(stage) && !pinned.has(stage))
    .flatMap(({ runs }) => runs)
    .at(0);
}

/** The stages that run on a platform of the builder whatever the image is for, by their own platform or their base's. */
function pinnedStages(
  stages: readonly Stage[],
  find: (name: string) => Stage | undefined,
  hasPlatform: (platform: string) => boolean,
): ReadonlySet<Stage> {
  const known = new Map<Stage, boolean>();
  for (const stage of stages) {
    const chain: Stage[] = [];
    let at: Stage | undefined = stage;
    // A stage that is its own base, directly or not, means an image of that name.
    while (at !== undefined && !known.has(at)) {
      chain.push(at);
      known.set(at, false);
      at = at.platform === undefined ? find(at.base) : undefined;
    }
    const last = chain.at(-1);
    const isPinned = at === undefined ? isPinnedBy(last?.platform, hasPlatform) : (known.get(at) ?? false);
    for (const one of chain) known.set(one, isPinned);
  }
  return new Set(stages.filter((stage) => known.get(stage)));
}

function isPinnedBy(platform: string | undefined, hasPlatform: (platform: string) => boolean): boolean {
  if (platform === undefined) return false;
  // The value of another variable is unknown before the build.
  if (platform.includes('$')) return !/TARGET(PLATFORM|ARCH|OS)/.test(platform);
  return hasPlatform(platform);
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
