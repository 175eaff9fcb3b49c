// Entry of every npm script. Any Node.js from 18 on can start it. It installs the packages that the script needs, once
// (no lifecycle script of a dependency runs), then starts the script with Node.js 24, the action's own runtime: this
// one, or the one that an optional dependency carries.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [script, ...args] = process.argv.slice(2);
const isNode24 = Number(process.versions.node.split('.')[0]) === 24;
const platform = process.platform === 'win32' ? 'win' : process.platform;
// Packages that carry Node.js 24 for this machine.
const node24Packages = [`node-${platform}-${process.arch}`, `node-bin-${platform}-${process.arch}`];

// These run the committed dist/ and local/, and need none of the tools that build and test.
const runsWithoutTools = [
  'local/main.ts',
  'scripts/demo/demo.ts',
  'scripts/policy.ts',
  'scripts/release.ts',
  'scripts/step.ts',
];

install(runsWithoutTools.includes(script));
const node = findNode24();
const started = spawn(node, [join(root, script), ...args], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH ?? ''}` },
});
// The script may have containers and processes of its own to remove: it ends first. A Ctrl-C in a terminal
// reaches it as well as us; a signal sent to us alone has to be passed on.
for (const name of ['SIGHUP', 'SIGINT', 'SIGTERM']) process.on(name, () => started.kill(name));
started.once('error', (error) => {
  console.error(error.message);
  process.exit(1);
});
started.once('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));

function install(withoutTools) {
  if (isInstalled(withoutTools)) return;
  // Standard output stays free: a script may be piped into a file, as `npm run policy --silent > policy.json`.
  console.error(`Installing ${describeInstall(withoutTools)}. This happens once.`);
  const omit = withoutTools ? ['--omit=dev', ...(isNode24 ? ['--omit=optional'] : [])] : [];
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const options = [...omit, '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const begun = Date.now();
  const done = spawnSync(npm, ['ci', ...options], {
    cwd: root,
    stdio: ['inherit', process.stderr, process.stderr],
    shell: process.platform === 'win32',
  });
  if (done.status !== 0) {
    console.error('npm ci failed; its own message is above. Can this machine reach the npm registry?');
    process.exit(1);
  }
  console.error(`Installed in ${Math.round((Date.now() - begun) / 1000)} s.\n`);
}

// The sizes were measured on Linux; docs/local-fargate.md has them, too.
function describeInstall(withoutTools) {
  if (!withoutTools) return 'everything that builds and tests the action (a download of about 250 MB)';
  if (isNode24) return 'the packages this needs (a download of about 15 MB)';
  return `the packages this needs and Node.js 24, since this is ${process.version} (a download of about 85 MB)`;
}

// npm keeps its own record of what it installed, in the form of package-lock.json.
function isInstalled(withoutTools) {
  const record = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(record)) return false;
  const present = JSON.parse(readFileSync(record, 'utf8')).packages;
  const locked = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  return Object.entries(locked).every(([path, { version, dev, optional }]) => {
    if (path === '' || (dev && withoutTools)) return true;
    // An optional package is there only on the platform it is for.
    if (optional && (isNode24 || !node24Packages.some((name) => path === `node_modules/${name}`)))
      return true;
    return present[path]?.version === version;
  });
}

function findNode24() {
  if (isNode24) return process.execPath;
  const file = process.platform === 'win32' ? 'node.exe' : 'node';
  const carried = node24Packages
    .map((name) => join(root, 'node_modules', name, 'bin', file))
    .find((path) => existsSync(path));
  if (carried) return carried;
  if (Number(process.versions.node.split('.')[0]) > 24) return process.execPath;
  console.error(
    `This needs Node.js 24. Here is ${process.version}, and no package carries Node.js 24 for this machine.`,
  );
  return process.exit(1);
}
