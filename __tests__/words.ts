/** Words and phrases that texts for users do without, and what a native writer says instead. */
export const words: readonly { readonly not: RegExp; readonly but: string }[] = [
  {
    not: /\b(?:[\w-]*=)?(?:one|item|name|value|ARN|image|path|ADDRESS|VARIABLE)s? a line\b/i,
    but: 'one per line',
  },
  { not: /\banew\b/i, but: 'again' },
  { not: /\b(?:is|are) none\b(?! of)/i, but: "doesn't exist, isn't one" },
  { not: /\bshall\b/i, but: 'has to, is to, or the present tense' },
  { not: /\bLeft out,/, but: 'Defaults to …' },
  { not: /\bways? back\b/i, but: 'rollback, the earlier version' },
  { not: /\balike\b/i, but: 'in the same way' },
  { not: /\ball the same\b/i, but: 'anyway' },
  { not: /\bcan not\b/i, but: "can't, cannot" },
  { not: /\bwhether or not\b/i, but: 'even if' },
  { not: /\b(?:this|that|the) very (?!same)/i, but: 'this, the same' },
  { not: /\bwho comes\b/i, but: 'Migrating from …?' },
  { not: /\b(?:are|is) told so\b/i, but: 'the log warns' },
  { not: /\b(?:that|was|were) asked for\b/i, but: 'requested' },
  { not: /(?:^|[.;] )(?:Else|Besides),? /m, but: 'Otherwise; In addition' },
  { not: /\bund(?:o|oes|one|oing)\b/i, but: 'roll back' },
  { not: /\btak(?:e|es|en|ing) (?:it )?back\b/i, but: 'roll back' },
  { not: /\bis not to be had\b/i, but: 'is unavailable' },
  { not: /\bfrom before\b/i, but: 'previous, earlier' },
  { not: /\bunfit\b/i, but: 'unsupported' },
  { not: /\bfor ever\b/i, but: 'forever' },
  { not: /\bcould not be had\b/i, but: 'could not be pulled, is unavailable' },
  { not: /\bmind that\b/i, but: 'Note that, or nothing' },
  { not: /\bended with (?:exit )?code\b/i, but: 'exited with code 1' },
  { not: /\blogged nothing\b/i, but: 'wrote no log' },
  { not: /\b(?:was|were) answered with\b/i, but: 'got status 500' },
  { not: /\blet through\b/i, but: 'has passed' },
  { not: /\bby its name alone\b/i, but: 'by name, a bare name' },
  { not: /\bcounts? for it\b/i, but: 'applies to it' },
  { not: /\bplays the API\b/i, but: 'imitates the API' },
  { not: /\bas no person writes\b/i, but: 'random' },
  { not: /\bput it right\b/i, but: 'fix it' },
  {
    not: /(?:^|\s)(?:\/\*\*|\/\/) (?:Who|Whose|That|Of|Those|Which)\b/,
    but: 'a comment that begins with its subject',
  },
  { not: /\bcolour|\bbehaviour\b|\blicence|\borganis|\brecognis|\bcentre\b/i, but: 'American spelling' },
];

/** Each place of a text with such a word: its line, the word, and what to write instead. Code is left alone. */
export function faultsOf(text: string): readonly string[] {
  return text
    .replaceAll(/^```.*?^```/gms, (code) => code.replaceAll(/[^\n]/g, ''))
    .replaceAll(/`[^`\n]*`/g, '``')
    .split('\n')
    .flatMap((line, index) =>
      words.flatMap(({ not, but }) => {
        const found = not.exec(line)?.[0];
        return found === undefined ? [] : [`line ${index + 1}: “${found.trim()}”; write: ${but}`];
      }),
    );
}

/** The comments of a TypeScript source, each on its line; the other lines are empty. */
export function commentsOf(source: string): string {
  const parts: string[] = [];
  let end = 0;
  for (const { 0: comment, index } of source.matchAll(/(?<=^|\s)(?:\/\/ .*$|\/\*\*?\s[^]*?\*\/)/gm)) {
    parts.push(source.slice(end, index).replaceAll(/[^\n]/g, ''), comment);
    end = index + comment.length;
  }
  return parts.join('');
}
