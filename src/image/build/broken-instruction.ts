import type { Instruction } from '../source/dockerfile.ts';
import type { ReadDockerfile } from '../source/find-dockerfile.ts';

/** The instruction that a build failed at. */
export interface BrokenInstruction {
  readonly line: number;
  /** Undefined when the line is not an instruction, e.g. has a keyword that doesn't exist. */
  readonly instruction: Instruction | undefined;
  /** What it printed last. */
  readonly printed: readonly string[];
}

/** Finds the instruction in what docker printed, newer and older BuildKit and the classic builder. Pure. */
export function brokenInstruction(
  lines: readonly string[],
  { instructions }: ReadDockerfile,
): BrokenInstruction | undefined {
  const at = (line: number): Instruction | undefined =>
    instructions.findLast((one) => one.line <= line && line <= one.line + one.rest.length);
  const line = toldLine(lines);
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

/** BuildKit shows the place as `Dockerfile:5` over a frame; a text that can't be read is told as `parse error`. */
function toldLine(lines: readonly string[]): number | undefined {
  const index = lines.findLastIndex(
    (line, at) => /^\S.*:\d+$/.test(line) && /^-{10,}$/.test(lines[at + 1] ?? ''),
  );
  const text = index === -1 ? lines.findLast((line) => parseError.test(line)) : lines[index];
  const told = /:(\d+)$/.exec(text ?? '')?.[1] ?? parseError.exec(text ?? '')?.[1];
  return told === undefined ? undefined : Number(told);
}

const parseError = /\bparse error (?:on )?line (\d+)/;

interface Step {
  /** Its place among all instructions; undefined: told by its text. */
  readonly number: number | undefined;
  readonly text: string;
  readonly printed: readonly string[];
}

/** BuildKit repeats the step that failed between two rulers; the classic builder just stops after it. */
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

/** The text of ` > [stage 2/3] TEXT:`. Found without a pattern, which would look again from each bracket of a long line. */
function repeatedStep(line: string): string | undefined {
  const end = line.indexOf('] ');
  return line.startsWith(' > [') && end !== -1 && line.endsWith(':') ? line.slice(end + 2, -1) : undefined;
}

function words(text: string): string {
  return text.replaceAll(/[\s\\]+/g, ' ').trim();
}
