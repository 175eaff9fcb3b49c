// Runs the program in its arguments for as long as its own input is open, then ends it. The process that starts this holds
// the other end of that pipe: however that process ends, the program doesn't outlive it.
import { spawn } from 'node:child_process';

/** The time that the program has to end by itself. */
const graceMilliseconds = 3000;

const [program = '', ...args] = process.argv.slice(2);
const child = spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit'] });
child.once('error', (error) => {
  console.error(error.message);
  process.exit(1);
});
child.once('exit', (code) => process.exit(code ?? 1));

const end = (): void => {
  child.kill('SIGTERM');
  setTimeout(() => child.kill('SIGKILL'), graceMilliseconds);
};
process.stdin.once('end', end).once('error', end).resume();
