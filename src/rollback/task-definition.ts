import { call } from '../aws/call.ts';
import { describeTaskDefinition } from '../aws/document.ts';
import { kindOf } from '../aws/errors.ts';
import { readImageState } from '../image/registry/image-state.ts';
import type { TaskDefinitionChange } from '../plan/decide/task-definition.ts';
import { Failure } from '../process/failure.ts';
import { atDigest, parseReference, repositoryUri } from '../reference/image-reference.ts';
import { calling, type Run } from '../run/run.ts';
import { arnOf } from '../service/base.ts';
import { containerNamed, fromDescribed } from '../task-definition/document.ts';
import { type ContainerChanges, edit } from '../task-definition/edit.ts';
import { isJsonObject, type JsonObject } from '../text/json.ts';
import { nameOf } from '../text/words.ts';
import type { PastDeployment } from './past.ts';

/**
 * The task definition that brings a version back: its own revision, or a copy where that can't be deployed as it was:
 * ECS deploys ACTIVE revisions only (documented), and a tag that was pushed again is another image.
 *
 * @throws Failure task-definition-missing
 */
export async function findTaskDefinition(
  run: Run,
  { taskDefinitionArn, images }: Pick<PastDeployment, 'taskDefinitionArn' | 'images'>,
): Promise<TaskDefinitionChange> {
  const described = await describe(run, taskDefinitionArn);
  const document = fromDescribed(described);
  const name = nameOf(taskDefinitionArn);
  const moved = await movedImages(run, images);
  const { taskDefinition } = described;
  const status = isJsonObject(taskDefinition) ? taskDefinition.status : undefined;
  if (status === 'ACTIVE' && moved.length === 0) {
    return { kind: 'same', arn: arnOf(taskDefinition) ?? taskDefinitionArn, document };
  }
  if (status !== 'ACTIVE') run.log.say(`${name} is not ACTIVE any more; a copy of it is registered`);
  for (const { was, uri } of moved)
    run.log.say(`${was} is another image by now; ${name} gets what it ran: ${uri}`);
  const containers = new Map(
    moved
      .filter(({ container }) => containerNamed(document, container) !== undefined)
      .map(({ container, uri }): [string, ContainerChanges] => [container, { image: uri }]),
  );
  return { kind: 'register', document: edit(document, { containers }) };
}

async function describe(run: Run, arn: string): Promise<JsonObject> {
  return call(calling(run), 'ecs:DescribeTaskDefinition', (over) =>
    describeTaskDefinition(run.aws.ecs, arn, over),
  ).catch((error: unknown) => {
    if (kindOf(error) !== 'refused') throw error;
    throw new Failure({
      code: 'task-definition-missing',
      fault: 'yours',
      message: `Task definition ${nameOf(arn)} doesn't exist; it may have been deleted.`,
      advice: 'Choose another version with the input to, or deploy its image again with the input image.',
      cause: error,
    });
  });
}

/** Images that were named by tag, and whose tag is no longer what ran. */
async function movedImages(
  run: Run,
  images: PastDeployment['images'],
): Promise<readonly { readonly container: string; readonly was: string; readonly uri: string }[]> {
  const moved = await Promise.all(
    images.map(async ({ container, image, digest }) => {
      const reference = parseReference(image);
      if (reference === undefined || reference.digest !== undefined || digest === undefined) return [];
      const repository = repositoryUri(reference);
      const now = await readImageState(run, repository, reference.tag ?? 'latest');
      const isSame = now.kind === 'unknown' || (now.kind === 'there' && now.digest === digest);
      return isSame ? [] : [{ container, was: image, uri: atDigest(repository, digest) }];
    }),
  );
  return moved.flat();
}
