import { isDeepStrictEqual } from 'node:util';
import { call } from '../aws/call.ts';
import { registerTaskDefinition } from '../aws/document.ts';
import { kindOf, wordsOf } from '../aws/errors.ts';
import { patiently } from '../aws/passing-refusal.ts';
import type { RegisteredRevision } from '../plan/decide/change.ts';
import type { TaskDefinitionChange } from '../plan/decide/task-definition.ts';
import { calling, type Run } from '../run/run.ts';
import { arnOf } from '../service/base.ts';
import { fromDescribed, type TaskDefinitionDocument } from '../task-definition/document.ts';
import { noOrigin, originOf, originOfRun, withOrigin } from '../task-definition/provenance.ts';
import type { JsonObject } from '../text/json.ts';
import { printable } from '../text/sanitize.ts';
import { nameOf } from '../text/words.ts';

/** What the image of new revisions was built from; `kept`: what their documents say already. */
export type ImageOrigin = 'kept' | { readonly commit: string | undefined };

/**
 * Registers what has to be, and equal documents once.
 * @param options.hasMarks whether new revisions get tags that say where they come from
 */
export function createRegistrar(
  run: Run,
  options: { readonly image: ImageOrigin; readonly hasMarks: boolean },
): (change: TaskDefinitionChange) => Promise<RegisteredRevision> {
  const registrations = new Map<string, Promise<RegisteredRevision>>();
  return (change) => {
    if (change.kind === 'same') return Promise.resolve({ arn: change.arn, answered: undefined });
    const key = JSON.stringify(change.document);
    const registration = registrations.get(key) ?? register(run, change.document, options);
    registrations.set(key, registration);
    return registration;
  };
}

async function register(
  run: Run,
  document: TaskDefinitionDocument,
  { image, hasMarks }: Parameters<typeof createRegistrar>[1],
): Promise<RegisteredRevision> {
  const { commit } = image === 'kept' ? originOf(document) : image;
  // Marks of the revision that the document was read from are not true of this one.
  const unmarked = withOrigin(document, noOrigin);
  const marked = withOrigin(document, { ...originOfRun(run.environment), commit });
  const isMarked = hasMarks && !isDeepStrictEqual(marked, unmarked);
  const reply = isMarked
    ? await send(run, marked).catch((error: unknown) => sendUnmarked(run, unmarked, error))
    : await send(run, unmarked);
  const arn = arnOf(reply.taskDefinition);
  if (arn === undefined) throw new Error('ECS registered a task definition but did not tell its ARN');
  run.log.say(
    `registered ${nameOf(arn)}${isMarked ? '' : `, without tags that say where it comes from: ${consequence}`}`,
  );
  return { arn, answered: fromDescribed(reply) };
}

/**
 * A policy may allow no tags, or only those that it lists, and names the call then and not the tag: only without ours it is
 * known whether they were the reason.
 */
async function sendUnmarked(run: Run, document: TaskDefinitionDocument, error: unknown): Promise<JsonObject> {
  if (!mayBeOfTags(error)) throw error;
  const reply = await send(run, document).catch(() => {
    throw error;
  });
  run.log.notice(
    printable(
      `AWS refused the tags that say where the new revision comes from, so it has none: ${consequence}. AWS says: ${wordsOf(error)} Permit ecs:TagResource for the keys fargate-deploy:*, or set revision-marks: false.`,
    ),
  );
  return reply;
}

const consequence =
  'a rollback finds it by revision and digest, not by commit, and takes its deployment for one of somebody else (allow: foreign-deployment)';

/** ECS registers one revision a second for an account (documented): a throttled call waits its turn, up to 3 minutes. */
function send(run: Run, document: TaskDefinitionDocument): Promise<JsonObject> {
  const what = 'ecs:RegisterTaskDefinition';
  return patiently(calling(run), what, () =>
    call(calling(run), what, (over) => registerTaskDefinition(run.aws.ecs, document, over), 180),
  );
}

/** Refused for want of a permission for this call or for tagging (an organization's policy is one), or by a tag policy. */
function mayBeOfTags(error: unknown): boolean {
  const words = wordsOf(error);
  const kind = kindOf(error);
  return kind === 'denied'
    ? /\becs:(TagResource|RegisterTaskDefinition)\b/.test(words)
    : kind === 'refused' && /\btag/i.test(words);
}
