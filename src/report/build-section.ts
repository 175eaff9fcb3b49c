import { megabytes } from '../image/build/build-report.ts';
import type { BuildReport } from '../image/registry/provided-image.ts';
import { inWords } from '../text/words.ts';
import { code, folded, text } from './markdown.ts';

/** The build in one line for the log. */
export function describeBuild(report: BuildReport): string {
  return factsOf(report).join('; ');
}

/** The build in the job summary, folded: its figures, and what would make the next one smaller or faster. */
export function buildSection(report: BuildReport | undefined): readonly string[] {
  if (report === undefined) return [];
  const { missedAt, hints } = report;
  return folded('Build', [
    `The image was ${factsOf(report).join('; ')}.`,
    '',
    ...(missedAt === undefined ? [] : [`First instruction not in the cache: ${code(missedAt)}`, '']),
    ...hints.map((hint) => `- ${text(hint)}`),
    ...(hints.length === 0 ? [] : ['']),
  ]);
}

function factsOf({
  seconds,
  pushSeconds,
  steps,
  cached,
  contextBytes,
  size,
}: BuildReport): readonly string[] {
  return [
    `built and pushed in ${inWords(seconds)}`,
    ...(pushSeconds === undefined || pushSeconds < 1 ? [] : [`${inWords(pushSeconds)} of it for the push`]),
    ...(steps === 0 ? [] : [`${cached} of ${steps} steps from the cache`]),
    ...(contextBytes === undefined ? [] : [`context ${megabytes(contextBytes)}`]),
    ...(size === undefined ? [] : [`size ${megabytes(size.bytes)} in ${size.layers} layers`]),
  ];
}
