import { bindImages } from '../image/bind-images.ts';
import { prepareImage } from '../image/provide.ts';
import type { Prepared, ProvidedImage, UnsuitableImagePolicy } from '../image/registry/provided-image.ts';
import { findDockerfile, isEmpty } from '../image/source/find-dockerfile.ts';
import type { Inputs } from '../inputs/inputs.ts';
import { asksForSettings } from '../inputs/service.ts';
import {
  type Change,
  decideChange,
  type ImageToDeploy,
  type ServiceWithBase,
} from '../plan/decide/change.ts';
import { decideImage, imageToReplace } from '../plan/decide/image.ts';
import type { Run } from '../run/run.ts';
import { readBase } from '../service/base.ts';
import type { ServiceState } from '../service/describe.ts';
import { asksForChange, changesOf, imageOfRun, targetsDefaultContainer } from '../task-definition/changes.ts';
import { chooseContainer } from '../task-definition/container.ts';
import { containerNamed, platformOf, type TaskDefinitionDocument } from '../task-definition/document.ts';
import { edit } from '../task-definition/edit.ts';
import { textIn } from '../text/json.ts';
import type { Named } from './promote.ts';

/** What would be done, and the image that it waits for. */
export interface Decided {
  readonly change: Change;
  /** Builds or copies it. Undefined: it is there, and the change can be applied as it is. */
  readonly provide: ((stop: AbortSignal) => Promise<ProvidedImage>) | undefined;
  /** What an existing image still needs before it is deployed: its scan, its tags. */
  readonly finish: (() => Promise<void>) | undefined;
}

/**
 * Finds out what is still to know (the task definitions to start from, the image) and decides. Nothing is changed, and
 * all that can be checked before a build is checked.
 *
 * @throws Failure for everything that is wrong with the task definition, the image, the repository or Docker
 */
export async function decide(
  named: Named,
  run: Run,
  services: readonly ServiceState[],
  policy: UnsuitableImagePolicy = 'refuse',
): Promise<Decided> {
  const { inputs } = named;
  const found = await findAll(inputs, run, services);
  const [image, bound] = await Promise.all([
    prepareImageOf(named, run, found, policy),
    withBoundImages(inputs, run, found, policy),
  ]);
  return {
    change: decideChange(bound, found, imageToDeploy(image)),
    provide: image.kind === 'to-build' ? image.build : image.kind === 'to-copy' ? image.copy : undefined,
    finish: image.kind === 'there' ? image.finish : undefined,
  };
}

/** Decides again once the image is built: the services may run another version by now. */
export async function decideWith(
  image: ProvidedImage,
  inputs: Inputs,
  run: Run,
  services: readonly ServiceState[],
): Promise<Change> {
  const found = await findAll(inputs, run, services);
  return decideChange(await withBoundImages(inputs, run, found, 'refuse'), found, {
    kind: 'there',
    ...image,
  });
}

/** The inputs with the digests of the images that they name for other containers. */
async function withBoundImages(
  inputs: Inputs,
  run: Run,
  found: readonly ServiceWithBase[],
  policy: UnsuitableImagePolicy,
): Promise<Inputs> {
  const { taskDefinition } = inputs;
  const images = await bindImages(run, taskDefinition.images, platformsOf(inputs, found), policy);
  return { ...inputs, taskDefinition: { ...taskDefinition, images } };
}

/** The platforms of the documents as they will be: the inputs may change the architecture. */
function platformsOf(inputs: Inputs, found: readonly ServiceWithBase[]): readonly string[] {
  const platforms = found.map(({ base }) =>
    platformOf(edit(base.document, changesOf(base.document, inputs.taskDefinition, undefined))),
  );
  return [...new Set(platforms)];
}

async function findAll(
  inputs: Inputs,
  run: Run,
  services: readonly ServiceState[],
): Promise<readonly ServiceWithBase[]> {
  return Promise.all(
    services.map(async (seen) => ({
      seen,
      base: await readBase(inputs.taskDefinition.source, run, seen, { looksForNewer: services.length <= 10 }),
    })),
  );
}

/** The one image of the run, looked up or ready to be built, or why the task definition's own stays. */
async function prepareImageOf(
  { inputs, isPromoted, commit }: Named,
  run: Run,
  found: readonly ServiceWithBase[],
  policy: UnsuitableImagePolicy,
): Promise<Prepared | KeptImage> {
  const [first] = found;
  const dockerfile = findDockerfile(inputs.image, run.workspace);
  const { image, build } = inputs.image;
  const needsContainer =
    image !== undefined ||
    build === 'true' ||
    (build === 'auto' && dockerfile.exists) ||
    targetsDefaultContainer(inputs.taskDefinition);
  // Chosen for all before anything is built: one that can't be told is refused now.
  const [container] = needsContainer
    ? found.map(({ base }) => chooseContainer(base.document, inputs.taskDefinition.containerName))
    : [];
  const imageIn = (of: TaskDefinitionDocument): string | undefined =>
    container === undefined ? undefined : textIn(containerNamed(of, container)?.image);
  const decided = decideImage({
    inputs: inputs.image,
    isPromoted,
    current: first && imageToReplace(imageIn(first.base.document), imageIn(first.seen.taskDefinition)),
    hasDockerfile: dockerfile.exists,
    dockerfile: dockerfile.path,
    isWorkspaceEmpty: isEmpty(run.workspace),
    isForOthers: inputs.taskDefinition.images.some(({ value }) => value === imageOfRun),
    asks: {
      ofTaskDefinition: asksForChange(inputs.taskDefinition),
      ofService: asksForSettings(inputs.service),
    },
  });
  if (decided.kind === 'keep') return { kind: 'kept', why: decided.why };
  const tasks = platformsOf(inputs, found);
  return prepareImage({ run, change: decided, inputs: inputs.image, tasks, commit, policy });
}

type KeptImage = ImageToDeploy & { readonly kind: 'kept' };

function imageToDeploy(prepared: Prepared | KeptImage): ImageToDeploy {
  switch (prepared.kind) {
    case 'kept':
      return prepared;
    case 'there':
      return { kind: 'there', ...prepared.image };
    case 'to-build':
      return { kind: 'to-build', uri: prepared.what, newRepository: prepared.newRepository };
    case 'to-copy': {
      const { from, uri, digest, newRepository } = prepared;
      return { kind: 'to-copy', from, uri, digest, newRepository };
    }
    default:
      return prepared satisfies never;
  }
}
