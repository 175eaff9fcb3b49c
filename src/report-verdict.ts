import { setOutput, summary } from '@actions/core';
import { wordsOf } from './aws/errors.ts';
import type { DeploymentRecord } from './github/record.ts';
import { appendWhole } from './process/command-file.ts';
import type { Log } from './process/log.ts';
import type { PlanComment } from './report/open-plan-comment.ts';
import { withDocsLinks } from './text/docs-link.ts';
import {
  type Circumstances,
  commentOfVerdict,
  errorOfVerdict,
  exitCodeOf,
  linesOfVerdict,
  outputsOfVerdict,
  recordOfVerdict,
  summaryOfVerdict,
  type Verdict,
  warningsOfVerdict,
} from './verdict.ts';

/**
 * Reports the verdict: outputs, log, annotation, summary and GitHub's record. Each is on its own, so that one that fails
 * stops no other and never changes the exit code. Outputs and log come first, since a cancelled process has only
 * seconds. A failure is logged; of a good run it is a warning, because later steps may miss something.
 */
export async function reportVerdict(
  verdict: Verdict,
  circumstances: Circumstances,
  {
    log,
    record,
    comment,
  }: { readonly log: Log; readonly record: DeploymentRecord; readonly comment?: PlanComment | undefined },
): Promise<void> {
  const lost: string[] = [];
  const attempt = async (what: string, part: () => void | Promise<void>): Promise<void> => {
    try {
      await part();
    } catch (error) {
      lost.push(`${what}: ${wordsOf(error)}`);
    }
  };
  await attempt('The outputs could not be set', () => {
    for (const [name, value] of Object.entries(outputsOfVerdict(verdict, circumstances)))
      appendWhole(process.env['GITHUB_OUTPUT'], () => setOutput(name, value));
  });
  await attempt('The log is incomplete', () => {
    for (const { from, text } of linesOfVerdict(verdict)) log[from === 'us' ? 'say' : 'foreign'](text);
    for (const warning of warningsOfVerdict(verdict)) log.warning(warning);
  });
  await attempt('The error annotation is incomplete', () => {
    const error = errorOfVerdict(verdict);
    if (error !== undefined) log.error(error.title, error.text, error.place);
  });
  await attempt('The job summary could not be written', async () => {
    if (!process.env['GITHUB_STEP_SUMMARY']) return;
    await summary
      .addRaw(withDocsLinks(summaryOfVerdict(verdict, circumstances), circumstances.environment))
      .write();
  });
  await attempt("GitHub's record of the deployment was not updated", async () => {
    const end = recordOfVerdict(verdict);
    if (end !== undefined) await record.end(end.state, end.description);
  });
  await attempt('The pull request has no comment', async () => {
    if (comment?.skipped !== undefined) log.say(comment.skipped);
    const result = commentOfVerdict(verdict);
    if (result !== undefined) await comment?.write(result);
  });
  const isGood = exitCodeOf(verdict) === 0;
  if (isGood && lost.length > 0) log.warning(lost.join(' '));
  else for (const line of lost) log.say(line);
}
