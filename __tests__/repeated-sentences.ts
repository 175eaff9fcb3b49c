/**
 * The sentences that stand twice in a text that is read in one view: a summary, or the end of a log with its
 * annotation. Labels and markup before a sentence don't count, nor do blocks of code, or short ones, which are titles.
 */
export function repeatedSentences(text: string): readonly string[] {
  const seen = new Set<string>();
  return sentencesOf(text).filter((sentence) => {
    if (seen.has(sentence)) return true;
    seen.add(sentence);
    return false;
  });
}

/** The end of a log: the evidence, and the annotation below it. What was said while the run went on isn't in it. */
export function endOfLog(log: string): string {
  const lines = log.split('\n');
  const annotation = lines.findLastIndex((line) => /^(Error|Warning): /.test(line));
  const blank = lines.findIndex((line) => line === '');
  return lines.slice(blank >= 0 && blank < annotation ? blank : annotation).join('\n');
}

function sentencesOf(text: string): readonly string[] {
  return text
    .replaceAll(/^(`{3,})\w*\n.*?^\1$/gms, '')
    .replaceAll(/<[^>]*>/g, '')
    .split('\n')
    .flatMap((line) =>
      line
        .replaceAll('**', '')
        .replace(/^[\s>|#-]*/, '')
        .replace(/^(Error|Warning|Notice|Likely cause|What to do|ECS says|[a-z-]+): /, '')
        .split(/(?<=[.!?”])\s+/),
    )
    .map((sentence) => sentence.trim())
    .filter((sentence) => sentence.split(' ').length >= 4);
}
