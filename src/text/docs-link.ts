/**
 * Makes links of the pages that a text names (`docs/inputs.md#image`), so that a reader of a log, who has no checkout of
 * this action, can open them. They lead to the version that runs. Without the repository of the action, as with
 * `uses: ./`, a text stays as it is. In a summary, the `#` may be escaped. Pure.
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
    /(?<![\w/.-])(docs\/[a-z-]+\.md)(?:(?:#|<span>&#35;<\/span>)([\w-]+))?/g,
    (_link, page: string, section?: string) =>
      `${server}/${repository}/blob/${ref}/${page}${section === undefined ? '' : `#${section}`}`,
  );
}
