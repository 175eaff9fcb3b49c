// Entry of every npm script. Any Node.js from 18 on can start it: it installs what package-lock.json names when
// that has not been done yet (no lifecycle script of a dependency is run), then starts the command given with
// Node.js 24, the action's own runtime: this one, or the one that an optional dependency carries.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [script, ...args] = process.argv.slice(2);

install();
const node = findNode24();
const started = spawn(node, [join(root, script), ...args], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH ?? ''}` },
});
// What is started may have containers and processes of its own to take away: it ends first. A Ctrl-C in a terminal
// reaches it as well as us; a signal that was sent to us alone has to be passed on.
for (const name of ['SIGHUP', 'SIGINT', 'SIGTERM']) process.on(name, () => started.kill(name));
started.once('error', (error) => {
  console.error(error.message);
  process.exit(1);
});
started.once('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));

function install() {
  const stamp = join(root, 'node_modules', '.installed');
  const wanted = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  // What a script prints may be piped into a file: `npm run policy --silent > policy.json`.
  console.error('Installing the dependencies that package-lock.json names (once) ...');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const done = spawnSync(npm, ['ci', ...options], {
    cwd: root,
    stdio: ['inherit', process.stderr, process.stderr],
    shell: process.platform === 'win32',
  });
  if (done.status !== 0) {
    console.error('npm ci failed: is the npm registry in reach? Its own message is above.');
    process.exit(1);
  }
  writeFileSync(stamp, wanted);
}

function findNode24() {
  if (Number(process.versions.node.split('.')[0]) === 24) return process.execPath;
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  const file = process.platform === 'win32' ? 'node.exe' : 'node';
  const carried = [`node-${platform}-${process.arch}`, `node-bin-${platform}-${process.arch}`]
    .map((name) => join(root, 'node_modules', name, 'bin', file))
    .find((path) => existsSync(path));
  if (carried) return carried;
  if (Number(process.versions.node.split('.')[0]) > 24) return process.execPath;
  console.error(
    `Node.js 24 is needed; this is ${process.version} and no package carries it for this machine.`,
  );
  return process.exit(1);
}
