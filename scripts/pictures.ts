// `npm run pictures [FOLDER [LAST]]`: makes the pictures of the docs, in light and dark, from runs of the shipped action
// against a local Fargate in real time, up to the one called LAST. Needs a headless Chromium (Debian: chromium), and says so
// without one.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { hearInterruption } from '../local/interruption.ts';
import { brokenVersion, checkOut, openBackend } from './demo/backend.ts';
import { runAct } from './demo/deploy.ts';
import { setUpStage } from './demo/stage.ts';
import { markdownPage } from './markdown-page.ts';

const root = join(import.meta.dirname, '..');
const [, , folder = join(root, 'docs', 'images'), last = 'rolled-back'] = process.argv;

type Inputs = Readonly<Record<string, string>>;

/** GitHub's README column, and sharp on dense screens. */
const [width, density] = [900, 2];

const ecrHost = '123456789012.dkr.ecr.eu-west-1.amazonaws.com';

/** In their order: each runs on what the one before left. */
const runs: readonly { readonly version: number; readonly name?: string; readonly inputs?: Inputs }[] = [
  { version: 1 },
  {
    version: 2,
    name: 'plan',
    inputs: { operation: 'plan', 'circuit-breaker': 'rollback', 'environment-variables': 'LOG_LEVEL=debug' },
  },
  { version: 2, name: 'deployed' },
  { version: brokenVersion, name: 'rolled-back' },
];

const browser = findBrowser();
if (browser === undefined) {
  console.log(
    'No pictures: no Chromium is installed (Debian: apt-get install chromium; or set FARGATE_BROWSER).',
  );
} else {
  await makePictures(browser, resolve(folder));
}

function findBrowser(): string | undefined {
  const named = process.env['FARGATE_BROWSER'];
  const folders = process.env['PATH']?.split(':') ?? [];
  const found = folders.flatMap((one) => ['chromium', 'google-chrome'].map((name) => join(one, name)));
  return named ?? found.find((path) => existsSync(path));
}

async function makePictures(chromium: string, target: string): Promise<void> {
  mkdirSync(target, { recursive: true });
  const { signal } = hearInterruption();
  await using cleanup = new AsyncDisposableStack();
  const backend = await openBackend(process.env, signal, { speed: 1 });
  cleanup.defer(() => backend.close());
  for (const sentence of backend.says) console.log(sentence);
  const workspace = checkOut(join(root, 'examples', 'web'));
  cleanup.defer(() => rmSync(workspace, { recursive: true, force: true }));
  const stage = await setUpStage(backend.fargate);
  for (const { version, name, inputs = {} } of runs) {
    console.log(name === 'plan' ? `Planning version ${version} ...` : `Deploying version ${version} ...`);
    const { main } = await runAct(
      { version, inputs: () => inputs },
      { action: root, backend, stage, workspace, signal },
    );
    if (name === undefined) continue;
    // A reader sees what is behind the first title.
    const opened = main.summary.replace('<details>', '<details open>');
    const summary = withRealNames(name === 'deployed' ? opened : main.summary, backend.fargate.registryHost);
    for (const theme of ['light', 'dark'] as const) {
      const file = join(target, `${name}-${theme}.png`);
      draw(chromium, { markdown: summary, theme, file });
      console.log(file);
    }
    if (name === last) return;
  }
}

/** The local registry listens on this machine; in an account it has ECR's name. */
function withRealNames(markdown: string, registryHost: string): string {
  const [host = '', port = ''] = registryHost.split(':');
  const shown = [registryHost, `${host}<span>&#58;</span>${port}`, `${host}&#58;${port}`];
  return shown.reduce((text, one) => text.replaceAll(one, ecrHost), markdown);
}

function draw(
  chromium: string,
  {
    markdown,
    theme,
    file,
  }: { readonly markdown: string; readonly theme: 'light' | 'dark'; readonly file: string },
): void {
  const own = mkdtempSync(join(tmpdir(), 'fargate-deploy-picture-'));
  try {
    const page = join(own, 'page.html');
    const html = markdownPage(file, markdown).replace(
      '</style>',
      `:root { color-scheme: ${theme} } body { margin: 0 auto; padding: 1rem 1.5rem }</style>`,
    );
    writeFileSync(
      page,
      `${html}<script>document.title = document.documentElement.getBoundingClientRect().height</script>`,
    );
    const browse = (...options: readonly string[]): string =>
      execFileSync(
        chromium,
        [
          '--headless',
          '--no-sandbox',
          '--disable-gpu',
          '--disable-background-networking',
          '--hide-scrollbars',
          `--user-data-dir=${join(own, 'profile')}`,
          ...options,
          `file://${page}`,
        ],
        { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], timeout: 120_000 },
      );
    const measured = browse(`--window-size=${width},600`, '--dump-dom');
    const height = Math.ceil(Number(/<title>([\d.]+)<\/title>/.exec(measured)?.[1] ?? 1200));
    browse(
      `--window-size=${width},${height}`,
      `--force-device-scale-factor=${density}`,
      `--screenshot=${file}`,
    );
  } finally {
    rmSync(own, { recursive: true, force: true });
  }
}
