// Started in the place of docker by a step under test: runs the real one and, at the command that the plan names, ends
// the step as a person's cancel or the kernel would.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { type DockerPlan, noteCommand } from './fatal-docker-plan.ts';

const [planFile = '', ...args] = process.argv.slice(2);
const plan = JSON.parse(readFileSync(planFile, 'utf8')) as DockerPlan;
const step = process.ppid;
const moment = noteCommand(plan, args) === plan.at ? plan.moment : undefined;

if (moment === 'before') await strike();
if (moment === 'never') {
  await strike();
  // An engine that took the connection and does not answer.
  await wait(600_000);
}
if (moment !== 'before' || plan.signal !== 'SIGKILL') {
  // A cancel reaches the whole group: it is the real docker that answers to it.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);
  const docker = spawn(plan.docker, args, {
    stdio: ['ignore', moment === 'middle' ? 'pipe' : 'inherit', moment === 'middle' ? 'pipe' : 'inherit'],
  });
  let said = '';
  for (const [from, to] of [
    [docker.stdout, process.stdout],
    [docker.stderr, process.stderr],
  ] as const) {
    // Whoever writes to a reader that is dead is ended: so it is with the real docker, without us in between.
    to.on('error', () => from?.destroy());
    from?.on('data', (bytes: Buffer) => {
      to.write(bytes);
      const before = isMiddle(said);
      said += bytes.toString();
      if (before || !isMiddle(said)) return;
      docker.kill('SIGSTOP');
      void strike().then(() => docker.kill('SIGCONT'));
    });
  }
  docker.once('close', (code) => {
    process.exitCode = code ?? 1;
    if (moment === 'after') void strike();
  });
}

/** In a build, the middle is where its RUN runs; its line tells of it before it does. */
function isMiddle(text: string): boolean {
  return args.includes('build') ? /^(#\d+ [\d.]+ )?begun$/m.test(text) : text.length > 0;
}

/** Resolves when a killed step is gone. */
async function strike(): Promise<void> {
  process.kill(step, plan.signal);
  while (plan.signal === 'SIGKILL' && process.ppid === step) await wait(5);
}
