import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { idsNotHidden, readSecrets, textsToHide } from '../../src/image/build/build-secrets.ts';
import type { BuildSecret } from '../../src/inputs/build-secrets.ts';

const secret = (id: string, value: string): BuildSecret => ({
  id,
  from: { kind: 'value', reveal: () => value },
});

describe('what is hidden of the secrets of a build', () => {
  it.each<[string, string, readonly string[], readonly string[]]>([
    ['a token', 'hunter2', ['hunter2'], []],
    ['one letter', 'a', [], ['it']],
    ['five letters', '12345', [], ['it']],
    ['six letters', '123456', ['123456'], []],
    [
      'several lines, but for the short ones',
      'first line\r\nx\n  a long second line',
      ['a long second line', 'first line'],
      [],
    ],
    ['short lines alone', 'a\nb', [], ['it']],
    ['nothing', ' \n', [], []],
  ])('%s', (_what, value, hidden, notHidden) => {
    expect(textsToHide([value])).toEqual(hidden);
    expect(idsNotHidden([secret('it', value)], [value])).toEqual(notHidden);
  });
});

describe('a file with a secret', () => {
  let workspace = '';
  beforeAll(() => {
    workspace = mkdtempSync(join(tmpdir(), 'build-secrets-'));
    writeFileSync(join(workspace, 'large'), 'x'.repeat(501 * 1024));
  });
  afterAll(() => rmSync(workspace, { recursive: true }));

  it.each([
    ['large', 'build-secret-files: it: large is larger than 500 KiB'],
    ['none', "build-secret-files: it: none can't be read"],
  ])('that is %s is refused', async (path, message) => {
    const secrets: readonly BuildSecret[] = [{ id: 'it', from: { kind: 'file', path } }];
    await expect(readSecrets({ secrets, environment: {}, workspace })).rejects.toMatchObject({
      code: 'input-invalid',
      message,
    });
  });
});
