// Runs the program that its arguments name for as long as its own input is open, then ends it. Whoever starts this
// holds the other end of that pipe: when that process is gone, in whatever way, the program does not outlive it.
import { spawn } from 'node:child_process';

/** How long the program has to end by itself. */
const patienceMilliseconds = 3000;

const [program = '', ...args] = process.argv.slice(2);
const child = spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit'] });
child.once('error', (error) => {
  console.error(error.message);
  process.exit(1);
});
child.once('exit', (code) => process.exit(code ?? 1));

const end = (): void => {
  child.kill('SIGTERM');
  setTimeout(() => child.kill('SIGKILL'), patienceMilliseconds);
};
process.stdin.once('end', end).once('error', end).resume();
