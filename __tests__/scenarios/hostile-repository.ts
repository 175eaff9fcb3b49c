import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A repository whose every setting that can start a program names one that leaves a mark. */
export interface HostileRepository extends Disposable {
  /** Its working tree with `.git`: a Dockerfile, a file and attributes that name filters. */
  readonly root: string;
  /** Made by any program that it names. */
  readonly marker: string;
  readonly settings: Readonly<Record<string, string>>;
  /** Puts it into a folder as a commit could bring it: what would be in `.git`, and the files, side by side. */
  layBare(folder: string): void;
}

export function makeHostileRepository(): HostileRepository {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'hostile-repository-')));
  const root = join(folder, 'tree');
  const marker = join(folder, 'marker');
  const program = join(folder, 'program');
  writeFileSync(program, `#!/bin/sh\necho "$0 $*" >> ${marker}\ncat\n`, { mode: 0o755 });
  mkdirSync(root);
  git(root, 'init', '-q');
  writeFileSync(join(root, 'Dockerfile'), 'FROM scratch\n');
  writeFileSync(join(root, 'a.txt'), 'a\n');
  writeFileSync(join(root, '.gitattributes'), '* filter=evil diff=evil merge=evil\n');
  git(root, 'add', '-A');
  git(root, 'commit', '-q', '-m', 'All that it needs');
  const hooks = join(root, '.git', 'hooks');
  rmSync(hooks, { recursive: true, force: true });
  mkdirSync(hooks);
  for (const name of ['post-index-change', 'fsmonitor-watchman', 'post-checkout', 'reference-transaction']) {
    writeFileSync(join(hooks, name), `#!/bin/sh\n${program}\n`, { mode: 0o755 });
  }
  const settings = {
    'core.repositoryFormatVersion': '1',
    'core.fsmonitor': program,
    'core.hooksPath': hooks,
    'core.sshCommand': program,
    'core.pager': program,
    'core.editor': program,
    'core.gitProxy': program,
    'core.askPass': program,
    'core.alternateRefsCommand': program,
    'filter.evil.clean': program,
    'filter.evil.smudge': program,
    'filter.evil.process': program,
    'filter.evil.required': 'true',
    'diff.external': program,
    'diff.evil.textconv': program,
    'diff.evil.command': program,
    'gpg.program': program,
    'log.showSignature': 'true',
    'credential.helper': program,
    'remote.origin.url': `ext::${program}`,
    'remote.origin.promisor': 'true',
    'remote.origin.uploadpack': program,
    'extensions.partialClone': 'origin',
    'protocol.allow': 'always',
    'alias.status': `!${program}`,
  };
  for (const [key, value] of Object.entries(settings)) git(root, 'config', key, value);
  rmSync(marker, { force: true });
  return {
    root,
    marker,
    settings,
    layBare: (into) => {
      cpSync(root, into, { recursive: true, filter: (path) => !path.startsWith(join(root, '.git')) });
      cpSync(join(root, '.git'), into, { recursive: true });
      for (const [key, value] of [
        ['core.bare', 'false'],
        ['core.worktree', '.'],
      ] as const) {
        execFileSync('git', ['config', '--file', join(into, 'config'), key, value]);
      }
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  };
}

export function git(folder: string, ...args: readonly string[]): string {
  const who = ['-c', 'user.name=t', '-c', 'user.email=t@example.com', '-c', 'protocol.file.allow=always'];
  return execFileSync('git', [...who, '-C', folder, ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();
}
