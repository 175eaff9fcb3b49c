import type { ECSClient } from '@aws-sdk/client-ecs';
import type { Inputs } from '../inputs/inputs.ts';
import { Failure } from '../process/failure.ts';
import { type PromotionSource, parsePromotion } from '../reference/promotion.ts';
import { calling, type Run } from '../run/run.ts';
import { readServiceStates, type ServiceState } from '../service/describe.ts';
import { chooseContainer } from '../task-definition/container.ts';
import { originOf } from '../task-definition/provenance.ts';
import { imageOfContainer } from '../task-definition/run-image.ts';

/** The inputs with the image itself where they name it by a service, and what is known of an image that exists. */
export interface Named {
  readonly inputs: Inputs;
  /** Whether the image is what another service runs. */
  readonly isPromoted: boolean;
  /** The commit that the image was built from. */
  readonly commit: string | undefined;
}

/**
 * Where the image is named by a service that runs it (`service:staging/web`), takes that one, by its digest, as ECS
 * itself resolved it. Of an image that is named otherwise only the tag can tell a commit.
 *
 * @throws Failure promotion-refused when the last deployment of that service is not a good one
 */
export async function readNamedImage(inputs: Inputs, run: Run): Promise<Named> {
  const { image: name = '' } = inputs.image;
  const source = parsePromotion(name);
  const [seen] =
    source === undefined
      ? []
      : await readServiceStates({ ecs: ecsOf(run, source), sts: run.aws.sts }, calling(run), source.cluster, [
          source.service,
        ]).catch(blameImage);
  if (source === undefined || seen === undefined) {
    const tag = name.split(/[:@]/).at(-1) ?? '';
    return { inputs, isPromoted: false, commit: /^[0-9a-f]{40}$/.test(tag) ? tag : undefined };
  }
  refuseUnproven(seen, source.cluster);
  const container = chooseContainer(seen.taskDefinition, inputs.taskDefinition.containerName);
  const image = imageOf(seen, container);
  const { commit } = originOf(seen.taskDefinition);
  run.log.say(
    `${source.cluster}/${seen.name} runs ${image}${commit === undefined ? '' : `, built from ${commit}`}`,
  );
  return { inputs: { ...inputs, image: { ...inputs.image, image } }, isPromoted: true, commit };
}

/** A source that doesn't exist is a mistake in `image`, and not in `service` or `cluster`. */
function blameImage(error: unknown): never {
  if (!(error instanceof Failure) || !['service-missing', 'cluster-missing'].includes(error.code))
    throw error;
  throw new Failure({
    code: error.code,
    fault: error.fault,
    message: error.message,
    advice: 'Check the input image: service:CLUSTER/SERVICE, or service: and the ARN of a service.',
    cause: error.cause,
  });
}

function ecsOf({ aws }: Run, { region }: PromotionSource): ECSClient {
  return region === undefined ? aws.ecs : aws.ecsOf(region);
}

/** Only what has proven itself is promoted: the newest deployment completed, and nothing is in flight. */
function refuseUnproven({ name, inFlight, primary, history }: ServiceState, cluster: string): void {
  const newest = history.kind === 'known' ? history.deployments[0]?.status : undefined;
  const why =
    inFlight !== undefined
      ? `a deployment of it is in flight (${inFlight.id}, ${inFlight.status})`
      : newest !== undefined && newest !== 'SUCCESSFUL'
        ? `its last deployment ended as ${newest}`
        : primary?.rolloutState === 'FAILED'
          ? 'its last deployment failed'
          : undefined;
  if (why === undefined) return;
  throw new Failure({
    code: 'promotion-refused',
    fault: 'yours',
    message: `What ${cluster}/${name} runs was not promoted: ${why}.`,
    advice: 'Deploy it there again, or name the image by its digest.',
  });
}

/** By the digest that ECS resolved it to, or that the task definition names. */
function imageOf({ name, rollbackTarget, taskDefinition }: ServiceState, container: string): string {
  const image = imageOfContainer(taskDefinition, rollbackTarget?.images ?? [], container);
  if (image?.digest !== undefined) return image.uri;
  throw new Failure({
    code: 'image-digest-unknown',
    fault: 'yours',
    message: `The digest of the image that ${name} runs in the container ${container} is not known.`,
    advice:
      'Permit ecs:ListServiceDeployments and ecs:DescribeServiceRevisions for that service, or name the image by its digest.',
  });
}
