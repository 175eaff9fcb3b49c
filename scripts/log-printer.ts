import { showLog } from './runner-log.ts';

/** Makes what prints a step's log line by line as GitHub would show it, set off from our own lines. */
export function logPrinter(): (text: string) => void {
  let printed = '';
  let shown = 0;
  return (text) => {
    printed += text;
    const whole = printed.slice(0, printed.lastIndexOf('\n') + 1);
    const { lines } = showLog(whole);
    for (const line of whole === '' ? [] : lines.slice(shown)) console.log(`  │ ${line}`.trimEnd());
    shown = whole === '' ? 0 : lines.length;
  };
}
