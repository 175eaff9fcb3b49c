import { asFailure } from './aws/failure.ts';
import { isDoubtful, isGood, worst } from './deployment/outcome.ts';
import type { EndState } from './github/record.ts';
import type { Deployed } from './operations/apply.ts';
import { findingLine } from './plan/preflight/findings.ts';
import { type Plan, problemsOf } from './plan/show/plan.ts';
import { cancelledFailure, Failure } from './process/failure.ts';
import { annotationText, evidenceLines } from './report/explain.ts';
import { text as toMarkdown } from './report/markdown.ts';
import type { PlanComment } from './report/open-plan-comment.ts';
import { endStateOf } from './report/open-record.ts';
import { outputsOf, outputsOfFailure, outputsOfPlan } from './report/outputs.ts';
import { planLines, planSentence, planSummary } from './report/plan.ts';
import { summarize, summarizeFailure } from './report/summary.ts';
import { isOpen, type Journal } from './run/journal.ts';
import { originOfRun } from './task-definition/provenance.ts';
import { plain } from './text/sanitize.ts';

/** How a run ended. It is fixed before any of it is reported, so no failure of a report can change it. */
export type Verdict =
  | { readonly kind: 'deployed'; readonly done: Deployed }
  | { readonly kind: 'planned'; readonly plan: Plan }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** What a report says besides the verdict. */
export interface Circumstances {
  readonly durationSeconds: number;
  readonly environment: NodeJS.ProcessEnv;
  /** Why no comment is written on the pull request, where one was to be. */
  readonly noComment?: string | undefined;
}

/** The verdict on a run that threw an error. */
export function verdictOnError(error: unknown, isCancelled: boolean, journal: Journal): Verdict {
  if (error instanceof Failure) return { kind: 'failed', failure: error };
  const isUpdating = isOpen(journal, 'service-update');
  if (isCancelled && !isUpdating) return { kind: 'failed', failure: cancelledFailure() };
  const failure = asFailure(error);
  if (!isUpdating) return { kind: 'failed', failure };
  const { code, fault, advice, detail } = failure;
  const message = `What this run began is left to the post step: ${failure.message}`;
  return { kind: 'failed', failure: new Failure({ code, fault, message, advice, detail, cause: error }) };
}

/** A plan with problems is red, so that its pull request is red before it is merged. */
export function exitCodeOf(verdict: Verdict): number {
  if (verdict.kind === 'failed') return 1;
  if (verdict.kind === 'planned') return verdict.plan.problems ? 1 : 0;
  return verdict.done.outcomes.every(({ result }) => isGood(result)) ? 0 : 1;
}

export function outputsOfVerdict(
  verdict: Verdict,
  { durationSeconds }: Circumstances,
): Readonly<Record<string, string>> {
  switch (verdict.kind) {
    case 'deployed':
      return outputsOf({ ...verdict.done, durationSeconds });
    case 'planned':
      return outputsOfPlan(verdict.plan, durationSeconds);
    case 'failed':
      return outputsOfFailure(
        resultOf(verdict.failure),
        verdict.failure.code,
        verdict.failure.message,
        durationSeconds,
      );
    default:
      return verdict satisfies never;
  }
}

export function summaryOfVerdict(verdict: Verdict, circumstances: Circumstances): string {
  const { noComment } = circumstances;
  const summary = summaryOfResult(verdict, circumstances);
  return noComment === undefined || verdict.kind !== 'planned'
    ? summary
    : `${summary}\n${toMarkdown(noComment)}\n`;
}

function summaryOfResult(verdict: Verdict, { durationSeconds, environment }: Circumstances): string {
  switch (verdict.kind) {
    case 'deployed': {
      const { done } = verdict;
      const origin = { ...originOfRun(environment), commit: done.commit };
      return summarize({ ...done, durationSeconds, origin, server: environment['GITHUB_SERVER_URL'] });
    }
    case 'planned':
      return planSummary(verdict.plan);
    case 'failed':
      return summarizeFailure(titleOf(verdict.failure), verdict.failure);
    default:
      return verdict satisfies never;
  }
}

/** A line of the log; the output of another program stands behind a bar. */
export type Line = { readonly from: 'us' | 'outside'; readonly text: string };

/** The lines of the log about the end of the run, without what its annotations say. */
export function linesOfVerdict(verdict: Verdict): readonly Line[] {
  const ours = (texts: readonly string[]): readonly Line[] => texts.map((text) => ({ from: 'us', text }));
  switch (verdict.kind) {
    case 'deployed':
      return verdict.done.outcomes.flatMap((outcome) => {
        // The annotation or the warning says how it ended, in the same view.
        const isAnnotated = !isGood(outcome.result) || isDoubtful(outcome);
        return ours([
          ...(isAnnotated ? [] : ['', `${outcome.result}: ${outcome.message}`]),
          ...(isAnnotated || outcome.advice === undefined ? [] : [`What to do: ${outcome.advice}`]),
          ...evidenceLines(outcome),
        ]);
      });
    case 'planned':
      return ours(['', ...planLines(verdict.plan)]);
    case 'failed':
      return verdict.failure.detail.slice(0, -annotatedLines).map((text) => ({ from: 'outside', text }));
    default:
      return verdict satisfies never;
  }
}

/** Lines from outside in an annotation, which the runner cuts at 4096 characters (its source); the log has the rest. */
const annotatedLines = 10;

export interface Annotation {
  readonly title: string;
  readonly text: string;
  readonly place?: Failure['place'];
}

/** The one error annotation; undefined if nothing failed. */
export function errorOfVerdict(verdict: Verdict): Annotation | undefined {
  switch (verdict.kind) {
    case 'deployed': {
      const { outcomes } = verdict.done;
      const failed = outcomes.filter(({ result }) => !isGood(result));
      if (failed.length === 0) return undefined;
      const title = `fargate-deploy: ${worst(outcomes)?.result ?? 'failed'}`;
      return { title, text: failed.map(annotationText).join('\n\n') };
    }
    case 'planned': {
      const { plan } = verdict;
      if (!plan.problems) return undefined;
      const problems = new Set(problemsOf(plan).map(findingLine));
      return { title: 'fargate-deploy: plan', text: [planSentence(plan), ...problems].join('\n') };
    }
    case 'failed': {
      const { failure } = verdict;
      const { message, advice, detail, place } = failure;
      const text = [
        message,
        ...(advice === undefined ? [] : [advice]),
        ...detail.slice(-annotatedLines).map((line) => `| ${plain(line, 300)}`),
      ].join('\n');
      return { title: titleOf(failure), text, place };
    }
    default:
      return verdict satisfies never;
  }
}

/** Good ends that a person should still check. */
export function warningsOfVerdict(verdict: Verdict): readonly string[] {
  return verdict.kind === 'deployed'
    ? verdict.done.outcomes.filter(isDoubtful).map(({ message }) => message)
    : [];
}

/** How GitHub's record of the deployment ends; undefined if it stays as it is. */
export function recordOfVerdict(
  verdict: Verdict,
): { readonly state: EndState; readonly description: string } | undefined {
  if (verdict.kind === 'planned') return undefined;
  if (verdict.kind === 'failed') return { state: 'error', description: verdict.failure.message };
  const { outcomes } = verdict.done;
  const state = endStateOf(outcomes);
  return state === undefined ? undefined : { state, description: worst(outcomes)?.message ?? '' };
}

/** What the comment on the pull request says; undefined leaves it as it is, e.g. to the newer run that cancelled this one. */
export function commentOfVerdict(verdict: Verdict): Parameters<PlanComment['write']>[0] | undefined {
  if (verdict.kind === 'planned') return { plan: verdict.plan };
  return verdict.kind === 'failed' && verdict.failure.code !== 'cancelled'
    ? { failure: verdict.failure }
    : undefined;
}

function titleOf(failure: Failure): string {
  return `fargate-deploy: ${resultOf(failure)}`;
}

function resultOf({ code }: Failure): 'cancelled' | 'failed' {
  return code === 'cancelled' ? 'cancelled' : 'failed';
}
