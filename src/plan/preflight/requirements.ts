import { noSettings } from '../../service/settings.ts';
import { containersOf, platformOf } from '../../task-definition/document.ts';
import { type JsonObject, listIn, objectIn, textIn, wordIn } from '../../text/json.ts';
import type { Change } from '../decide/change.ts';
import type { CheckCode } from './check.ts';

/** A thing that a change needs to exist. */
export type Requirement = { readonly check: CheckCode; readonly what: string; readonly name: string } & (
  | { readonly kind: 'image'; readonly platform: string }
  | {
      readonly kind: 'role' | 'secret' | 'registry-credentials' | 'target-group' | 'environment-file';
    }
  | { readonly kind: 'log-group'; readonly options: JsonObject }
  | { readonly kind: 'capacity-provider'; readonly cluster: string }
);

/** A change, as far as it matters here. */
type RequiringChange = Pick<Change, 'services'> & { readonly image: Change['image'] | KeptImage };

interface KeptImage {
  readonly kind: 'kept';
  readonly uri?: undefined;
}

/** All that the services of a change need, each once; what is not touched is not asked for. Pure. */
export function requirementsOf({ image, services }: RequiringChange): readonly Requirement[] {
  const wanted = services
    .filter(({ update }) => update.kind === 'update')
    .flatMap(({ seen, update, taskDefinition: { document } }): readonly Requirement[] => [
      ...role('execution role', document.executionRoleArn),
      ...role('task role', document.taskRoleArn),
      ...containersOf(document).flatMap((container): readonly Requirement[] => {
        const name = wordIn(container.name);
        const logging = objectIn(container.logConfiguration);
        const options = objectIn(logging.options);
        const logGroup = logging.logDriver === 'awslogs' ? textIn(options['awslogs-group']) : undefined;
        const own = textIn(container.image);
        return [
          ...(own === undefined || (image.kind !== 'kept' && own === image.uri && !isUnseen(image))
            ? []
            : [
                {
                  kind: 'image',
                  check: 'image',
                  what: `image of ${name}`,
                  name: own,
                  platform: platformOf(document),
                } as const,
              ]),
          ...named(
            'registry-credentials',
            'secrets',
            `registry credentials of ${name}`,
            objectIn(container.repositoryCredentials).credentialsParameter,
          ),
          ...[...listIn(container.secrets), ...listIn(logging.secretOptions)].flatMap((item) =>
            named(
              'secret',
              'secrets',
              `secret ${wordIn(objectIn(item).name)} of ${name}`,
              objectIn(item).valueFrom,
            ),
          ),
          ...listIn(container.environmentFiles).flatMap((item) =>
            named(
              'environment-file',
              'environment-file',
              `environment file of ${name}`,
              objectIn(item).value,
            ),
          ),
          ...(logGroup === undefined
            ? []
            : [
                {
                  kind: 'log-group',
                  check: 'log-group',
                  what: `log group of ${name}${elsewhere(options, seen.arn)}`,
                  name: logGroup,
                  options,
                } as const,
              ]),
        ];
      }),
      ...(seen.service.loadBalancers ?? []).flatMap(({ targetGroupArn }) =>
        named('target-group', 'target-group', `target group of ${seen.name}`, targetGroupArn),
      ),
      ...(update.kind === 'update' ? providersIn(update.settings.request) : []).map(
        (name): Requirement => ({
          kind: 'capacity-provider',
          check: 'capacity-provider',
          what: `capacity provider of ${seen.name}`,
          name,
          cluster: seen.clusterArn,
        }),
      ),
    ]);
  // The platform of an image counts too, and the region of a log group.
  return [...new Map(wanted.map((one) => [JSON.stringify(one), one])).values()];
}

/** In words, where the logs go to another region than the service's. */
function elsewhere(options: JsonObject, serviceArn: string): string {
  const region = wordIn(options['awslogs-region']);
  return region === '' || region === serviceArn.split(':')[3] ? '' : ` in ${region}`;
}

/** All that the services of a change have now. */
export function requirementsOfRunning({ services }: Change): readonly Requirement[] {
  return requirementsOf({
    image: { kind: 'kept' },
    services: services.map((service) => ({
      ...service,
      update: { kind: 'update', desiredCount: undefined, settings: noSettings, force: false, deploys: false },
      taskDefinition: {
        kind: 'same',
        arn: service.seen.taskDefinitionArn,
        document: service.seen.taskDefinition,
      },
    })),
  });
}

/** The capacity providers of a new strategy; ECS has already accepted those that the service has. */
function providersIn({ capacityProviderStrategy }: JsonObject): readonly string[] {
  return listIn(capacityProviderStrategy).flatMap((item) => textIn(objectIn(item).capacityProvider) ?? []);
}

/** An image that is still to be built does not exist yet, and one with a digest was just looked up. */
function isUnseen(image: RequiringChange['image']): boolean {
  return image.kind === 'there' && image.digest === undefined;
}

/** Roles may be written by their names alone; those are not asked for. */
function role(what: string, arn: unknown): readonly Requirement[] {
  return typeof arn === 'string' && arn.startsWith('arn:') ? named('role', 'roles', what, arn) : [];
}

function named(
  kind: 'role' | 'secret' | 'registry-credentials' | 'target-group' | 'environment-file',
  check: CheckCode,
  what: string,
  name: unknown,
): readonly Requirement[] {
  return typeof name === 'string' && name !== '' ? [{ kind, check, what, name }] : [];
}
