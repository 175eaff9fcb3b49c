import { call } from '../aws/call.ts';
import { registerTaskDefinition } from '../aws/document.ts';
import { kindOf, wordsOf } from '../aws/errors.ts';
import type { JsonObject } from '../aws/json.ts';
import { patiently } from '../aws/passing-refusal.ts';
import type { Revision } from '../change/registered.ts';
import type { TaskDefinitionChange } from '../change/task-definition.ts';
import { nameOf } from '../rollout/sentence.ts';
import { calling, type Run } from '../run.ts';
import { arnOf } from '../task-definition/base.ts';
import { fromDescribed, type TaskDefinitionDocument } from '../task-definition/document.ts';
import { originOf, originOfRun, withOrigin } from '../task-definition/origin.ts';

/** What the image of new revisions was built from; `kept`: what their documents say already. */
export type ImageOrigin = 'kept' | { readonly commit: string | undefined };

/** Registers what has to be, and equal documents once. */
export function createRegistrar(
  run: Run,
  image: ImageOrigin,
): (change: TaskDefinitionChange) => Promise<Revision> {
  const registrations = new Map<string, Promise<Revision>>();
  return (change) => {
    if (change.kind === 'same') return Promise.resolve({ arn: change.arn, answered: undefined });
    const key = JSON.stringify(change.document);
    const registration = registrations.get(key) ?? register(run, change.document, image);
    registrations.set(key, registration);
    return registration;
  };
}

async function register(run: Run, document: TaskDefinitionDocument, image: ImageOrigin): Promise<Revision> {
  const { commit } = image === 'kept' ? originOf(document) : image;
  const marked = withOrigin(document, { ...originOfRun(run.environment), commit });
  const reply = await send(run, marked).catch((error: unknown) => {
    if (!isTaggingDenied(error)) throw error;
    run.log.notice(
      'The new revision has no tags that say where it comes from, because ecs:TagResource is not permitted; rollback then finds it by revision and digest, not by commit.',
    );
    return send(run, document);
  });
  const arn = arnOf(reply.taskDefinition);
  if (arn === undefined) throw new Error('ECS registered a task definition but did not tell its ARN');
  run.log.say(`registered ${nameOf(arn)}`);
  return { arn, answered: fromDescribed(reply) };
}

/** ECS registers one revision a second for an account (documented): a throttled call waits its turn, up to 3 minutes. */
function send(run: Run, document: TaskDefinitionDocument): Promise<JsonObject> {
  const what = 'ecs:RegisterTaskDefinition';
  return patiently(calling(run), what, () =>
    call(calling(run), what, () => registerTaskDefinition(run.aws.ecs, document), 180),
  );
}

/** Registering with tags asks for the permission to tag besides (documented); the message names the action. */
function isTaggingDenied(error: unknown): boolean {
  return kindOf(error) === 'denied' && /\bTagResource\b/.test(wordsOf(error));
}
