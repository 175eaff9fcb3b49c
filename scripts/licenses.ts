/**
 * The licenses file of the bundler with each text once, below the names of all packages that have it: most of AWS's
 * packages have the same one. Nothing of a text is left out.
 *
 * @param text entries of name, SPDX identifier and the license's text
 */
export function groupLicenses(text: string): string {
  const heads = [...text.matchAll(/^(@?[\w.-]+(?:\/[\w.-]+)?)\n(MIT|ISC|0BSD|Apache-2\.0|BSD-[\w-]+)\n/gm)];
  const namesByText = new Map<string, string[]>();
  for (const [index, head] of heads.entries()) {
    const [whole, name = '', identifier = ''] = head;
    const license = text.slice(head.index + whole.length, heads[index + 1]?.index).trim();
    const key = `${identifier}\n${license}`;
    namesByText.set(key, [...(namesByText.get(key) ?? []), name]);
  }
  return [...namesByText].map(([license, names]) => `${names.join('\n')}\n${license.trim()}\n`).join('\n');
}
