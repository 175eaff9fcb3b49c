import { stripVTControlCharacters, styleText } from 'node:util';

/** Where a script prints: lines, and on a terminal one line below them that changes while something is waited for. */
export interface Screen {
  /** Prints a line; where a terminal is too narrow for it, it becomes several, each with the prefix. */
  line(text?: string, prefix?: string): void;
  /** Shows what it is given several times a second, until undefined ends it. Only on a terminal. */
  live(describe: (() => string) | undefined): void;
}

/** What `styleText` takes. */
export type Format = Parameters<typeof styleText>[0];

/** A text in colors, where standard output is a terminal that has them and NO_COLOR isn't set. */
export function styled(format: Format, text: string): string {
  return styleText(format, text, { stream: process.stdout });
}

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const clearLine = '\r\u001B[2K';

export function openScreen(
  stream: Pick<NodeJS.WriteStream, 'write'> & { readonly isTTY?: boolean; readonly columns?: number },
): Screen {
  let describe: (() => string) | undefined;
  let timer: NodeJS.Timeout | undefined;
  let frame = 0;
  const draw = (): void => {
    if (describe === undefined) return;
    const text = `${frames[frame % frames.length]} ${describe()}`.slice(0, (stream.columns ?? 80) - 1);
    stream.write(`${clearLine}${styled('dim', text)}`);
  };
  return {
    line: (text = '', prefix = '') => {
      const columns = stream.isTTY === true ? (stream.columns ?? 80) - prefix.length : Infinity;
      const lines = wrapped(text, columns).map((part) => `${prefix}${part}`.trimEnd());
      stream.write(`${describe === undefined ? '' : clearLine}${lines.join('\n')}\n`);
      draw();
    },
    live: (next) => {
      if (stream.isTTY !== true) return;
      clearInterval(timer);
      if (describe !== undefined) stream.write(clearLine);
      describe = next;
      if (next === undefined) return;
      timer = setInterval(() => {
        frame++;
        draw();
      }, 150);
      // A live line keeps no script from ending.
      timer.unref();
      draw();
    },
  };
}

/** Breaks a text between words into lines of at most so many characters; colors take up none. */
export function wrapped(text: string, columns: number): readonly string[] {
  return text.split(' ').reduce<readonly string[]>((lines, word) => {
    const last = lines.at(-1);
    const joined = last === undefined ? word : `${last} ${word}`;
    return last === undefined || stripVTControlCharacters(joined).length <= columns
      ? [...lines.slice(0, -1), joined]
      : [...lines, word];
  }, []);
}
