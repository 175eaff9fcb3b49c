import type { Clock } from '../base/clock.ts';
import type { Ecs } from '../ecs/ecs.ts';
import { changes } from './changes.ts';
import { serviceTable } from './table.ts';

/** Where the view goes: a terminal, a file or a pipe. */
export interface ViewOutput {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/**
 * Shows services and tasks as they change: on a terminal a table that is redrawn, elsewhere one line per change, with the
 * clock's time. The function it returns ends it.
 */
export function showLive(
  ecs: Pick<Ecs, 'snapshot' | 'onChange'>,
  clock: Clock,
  output: ViewOutput,
): () => void {
  let before = ecs.snapshot();
  let height = 0;
  const draw = (): void => {
    const lines = serviceTable(ecs.snapshot(), output.columns ?? 120);
    const up = height === 0 ? '' : `\u001B[${height}A\u001B[J`;
    output.write(`${up}${lines.join('\n')}\n`);
    height = lines.length;
  };
  const print = (): void => {
    const after = ecs.snapshot();
    const time = new Date(clock.now()).toISOString().slice(11, 19);
    for (const line of changes(before, after)) output.write(`${time}  ${line}\n`);
    before = after;
  };
  const show = output.isTTY === true ? draw : print;
  // Changes at the same moment are shown together.
  let due: NodeJS.Immediate | undefined;
  const stop = ecs.onChange(() => {
    due ??= setImmediate(() => {
      due = undefined;
      show();
    });
  });
  show();
  return () => {
    clearImmediate(due);
    stop();
  };
}
