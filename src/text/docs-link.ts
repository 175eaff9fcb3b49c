/**
 * Makes links of the pages that a text names (`docs/inputs.md#image`), so that a reader of a log, who has no checkout of
 * this action, can open them. They lead to the version that runs. Without the repository of the action, as with
 * `uses: ./`, a text stays as it is. In a summary, the `#` may be escaped. What a text quotes stays as it is, too: a
 * container that logs `docs/setup.md` means a page of its own. Pure.
 *
 * @param environment the runner sets GITHUB_ACTION_REPOSITORY and GITHUB_ACTION_REF for an action of a repository
 *   (documented)
 */
export function withDocsLinks(
  text: string,
  environment: Readonly<Record<string, string | undefined>>,
): string {
  const { GITHUB_ACTION_REPOSITORY: repository = '', GITHUB_ACTION_REF: ref = '' } = environment;
  if (!/^[\w.-]+\/[\w.-]+$/.test(repository) || !/^[\w./-]+$/.test(ref)) return text;
  const server = environment['GITHUB_SERVER_URL'] || 'https://github.com';
  return text.replaceAll(
    new RegExp(`${quoted}|${named}`, 'gm'),
    (found, _fence, page?: string, section?: string) =>
      page === undefined
        ? found
        : `${server}/${repository}/blob/${ref}/${page}${section === undefined ? '' : `#${section}`}`,
  );
}

/** A code block, a line behind a bar (of a log, or of a table with evidence), or words in quotation marks. */
const quoted = String.raw`^(\x60{3,})[^\n]*\n[^]*?^\1|^[ \t]*\| [^\n]*|“[^”\n]{0,2000}”`;
const named = String.raw`(?<![\w/.-])(docs\/[a-z-]+\.md)(?:(?:#|<span>&#35;<\/span>)([\w-]+))?`;
