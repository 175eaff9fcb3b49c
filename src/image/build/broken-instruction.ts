import type { Instruction } from '../source/dockerfile.ts';
import type { ReadDockerfile } from '../source/find-dockerfile.ts';

/** The instruction at which a build failed. */
export interface BrokenInstruction {
  readonly line: number;
  /** Undefined if the line isn't an instruction, such as one with a misspelled keyword. */
  readonly instruction: Instruction | undefined;
  /** The last lines that it printed. */
  readonly printed: readonly string[];
}

/** Finds the instruction in docker's output: of newer and older BuildKit, and of the classic builder. Pure. */
export function brokenInstruction(
  lines: readonly string[],
  { instructions }: ReadDockerfile,
): BrokenInstruction | undefined {
  const at = (line: number): Instruction | undefined =>
    instructions.findLast((one) => one.line <= line && line <= one.line + one.rest.length);
  const line = reportedLine(lines);
  const step = lastStep(lines);
  if (line !== undefined) {
    return { line, instruction: at(line), printed: step?.printed ?? [] };
  }
  if (step === undefined) return undefined;
  const wanted = words(step.text);
  const instruction =
    step.number === undefined
      ? instructions.findLast((one) => words(`${one.keyword} ${one.rest}`) === wanted)
      : instructions[step.number - 1];
  return instruction === undefined
    ? undefined
    : { line: instruction.line, instruction, printed: step.printed };
}

/** BuildKit prints the place as `Dockerfile:5` above a frame; for a Dockerfile that it can't parse, a `parse error`. */
function reportedLine(lines: readonly string[]): number | undefined {
  const index = lines.findLastIndex(
    (line, at) => /^\S.*:\d+$/.test(line) && /^-{10,}$/.test(lines[at + 1] ?? ''),
  );
  const text = index === -1 ? lines.findLast((line) => parseError.test(line)) : lines[index];
  const reported = /:(\d+)$/.exec(text ?? '')?.[1] ?? parseError.exec(text ?? '')?.[1];
  return reported === undefined ? undefined : Number(reported);
}

const parseError = /\bparse error (?:on )?line (\d+)/;

interface Step {
  /** Its place among all instructions; undefined if only its text is known. */
  readonly number: number | undefined;
  readonly text: string;
  readonly printed: readonly string[];
}

/** BuildKit repeats the failed step between two rulers; the classic builder just stops after it. */
function lastStep(lines: readonly string[]): Step | undefined {
  const start = lines.findLastIndex((line) => repeatedStep(line) !== undefined);
  if (start !== -1) {
    const end = lines.indexOf('------', start);
    const printed = lines.slice(start + 1, end === -1 ? undefined : end);
    const text = repeatedStep(lines[start] ?? '') ?? '';
    return { number: undefined, text, printed: printed.map((line) => line.replace(/^\d+\.\d+ /, '')) };
  }
  const step = lines.findLastIndex((line) => /^Step \d+\/\d+ : /.test(line));
  const [, number, text = ''] = /^Step (\d+)\/\d+ : (.*)$/.exec(lines[step] ?? '') ?? [];
  if (number === undefined) return undefined;
  const printed = lines
    .slice(step + 1)
    .filter((line) => !/^ ---> |^Removing intermediate|^The command '|^Removed intermediate/.test(line));
  return { number: Number(number), text, printed };
}

/** The text of ` > [stage 2/3] TEXT:`. A regular expression would start again at each bracket of a long line. */
function repeatedStep(line: string): string | undefined {
  const end = line.indexOf('] ');
  return line.startsWith(' > [') && end !== -1 && line.endsWith(':') ? line.slice(end + 2, -1) : undefined;
}

function words(text: string): string {
  return text.replaceAll(/[\s\\]+/g, ' ').trim();
}
