import { documentOf, documentsOf, isGiven, pick, textOf, textsOf } from '../../server/members.ts';
import type { Document, Json } from '../../server/operation.ts';

/**
 * What a registered task definition looks like: the document as it came in, members that we do not know included,
 * with the defaults that ECS shows and the members that ECS adds.
 */
export function registered(
  input: Document,
  facts: {
    readonly taskDefinitionArn: string;
    readonly revision: number;
    readonly registeredAt: number;
    readonly registeredBy: string;
    /** Whether ECS finds that it can run on Fargate. */
    readonly isForFargate: boolean;
    readonly size: { readonly cpu?: string; readonly memory?: string };
  },
): Document {
  const { tags: _tags, ...document } = input;
  const isAwsvpc = textOf(input, 'networkMode') === 'awsvpc';
  const containers = documentsOf(input, 'containerDefinitions');
  return {
    ...pick(document, Object.keys(document)),
    ...facts.size,
    taskDefinitionArn: facts.taskDefinitionArn,
    revision: facts.revision,
    status: 'ACTIVE',
    containerDefinitions: containers.map((container) => shownContainer(container, isAwsvpc)),
    volumes: documentsOf(input, 'volumes').map(shownVolume),
    placementConstraints: document['placementConstraints'] ?? [],
    requiresAttributes: requiredAttributes(containers, input),
    compatibilities: facts.isForFargate ? ['EC2', 'FARGATE'] : ['EC2'],
    registeredAt: facts.registeredAt,
    registeredBy: facts.registeredBy,
  };
}

/** The defaults that ECS shows for a container (seen in real replies). */
function shownContainer(container: Document, isAwsvpc: boolean): Document {
  const defaults: Document = {
    cpu: 0,
    portMappings: [],
    essential: true,
    environment: [],
    mountPoints: [],
    volumesFrom: [],
    systemControls: [],
  };
  const shown = { ...defaults, ...pick(container, Object.keys(container)) };
  const mappings = documentsOf(container, 'portMappings').map((mapping): Json => {
    const port = mapping['containerPort'];
    const host = isAwsvpc && port !== undefined && !isGiven(mapping, 'hostPort') ? { hostPort: port } : {};
    return { protocol: 'tcp', ...host, ...mapping };
  });
  return { ...shown, portMappings: mappings };
}

/** With an access point ECS shows the root of it where no folder was given (seen by users; AWS documents no other value). */
function shownVolume(volume: Document): Document {
  const efs = documentOf(volume, 'efsVolumeConfiguration');
  if (textOf(documentOf(efs, 'authorizationConfig'), 'accessPointId') === undefined) return volume;
  return { ...volume, efsVolumeConfiguration: { rootDirectory: '/', ...efs } };
}

function requiredAttributes(containers: readonly Document[], input: Document): Json[] {
  const names = new Set<string>();
  if (textOf(input, 'networkMode') === 'awsvpc') names.add('ecs.capability.task-eni');
  if (textOf(input, 'executionRoleArn') !== undefined) names.add('ecs.capability.execution-role-ecr-pull');
  if (textsOf(input, 'requiresCompatibilities').length > 0) {
    names.add('com.amazonaws.ecs.capability.docker-remote-api.1.18');
  }
  if (containers.some((container) => isGiven(container, 'healthCheck'))) {
    names.add('ecs.capability.container-health-check');
  }
  return [...names].map((name) => ({ name }));
}
