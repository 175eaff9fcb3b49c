import type { Clock } from '../base/clock.ts';
import type { Ecs } from '../ecs/ecs.ts';
import { changes } from './changes.ts';
import { table } from './table.ts';

/** Where the view goes: a terminal, a file or a pipe. */
export interface Screen {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/**
 * Shows services and tasks as they change: a table that is drawn anew on a terminal, else one line for each change
 * with the clock's time. The answer ends it.
 */
export function showLive(ecs: Pick<Ecs, 'snapshot' | 'onChange'>, clock: Clock, screen: Screen): () => void {
  let before = ecs.snapshot();
  let height = 0;
  const draw = (): void => {
    const lines = table(ecs.snapshot(), screen.columns ?? 120);
    const up = height === 0 ? '' : `\u001B[${height}A\u001B[J`;
    screen.write(`${up}${lines.join('\n')}\n`);
    height = lines.length;
  };
  const tell = (): void => {
    const after = ecs.snapshot();
    const time = new Date(clock.now()).toISOString().slice(11, 19);
    for (const line of changes(before, after)) screen.write(`${time}  ${line}\n`);
    before = after;
  };
  const show = screen.isTTY === true ? draw : tell;
  // Several changes of one moment are shown together.
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
