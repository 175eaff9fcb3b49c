import type { TaskDefinitionDocument } from '../../task-definition/document.ts';
import { isJsonObject, type Json, listIn, objectIn, textIn } from '../../text/json.ts';
import { type FindingSeverity, forEachContainer, isEmpty, type Rule, type Violation } from './rule.ts';

/**
 * How sure it is that ECS refuses a word: one that only its letters' case parts from a known one is no new word of AWS's.
 * @returns undefined for a known word
 */
export function severityOf(value: Json | undefined, known: readonly string[]): FindingSeverity | undefined {
  if (typeof value === 'string' && known.includes(value)) return undefined;
  return likelyOf(value, known) === undefined ? 'warning' : 'problem';
}

/** Members that take one of a few words, which no other rule looks at (from AWS's model of ECS). */
export const enumRules: readonly Rule<TaskDefinitionDocument>[] = [
  forEachContainer('enum-values', ({ container, place }) => [
    ...each(container.portMappings, `${place}.portMappings`, 'protocol', ['tcp', 'udp']),
    ...each(container.portMappings, `${place}.portMappings`, 'appProtocol', ['http', 'http2', 'grpc']),
    ...each(container.environmentFiles, `${place}.environmentFiles`, 'type', ['s3']),
    ...each(container.ulimits, `${place}.ulimits`, 'name', ulimits),
    ...checkEnum(container, place, 'versionConsistency', ['enabled', 'disabled']),
  ]),
  {
    name: 'enum-values-task',
    check: (document) => [
      ...listIn(document.volumes).flatMap((item) => {
        const { name, efsVolumeConfiguration } = objectIn(item);
        const efs = objectIn(efsVolumeConfiguration);
        const place = `volumes[${textIn(name) ?? ''}].efsVolumeConfiguration`;
        return [
          ...checkEnum(efs, place, 'transitEncryption', switches),
          ...checkEnum(objectIn(efs.authorizationConfig), `${place}.authorizationConfig`, 'iam', switches),
        ];
      }),
      ...checkEnum(objectIn(document.proxyConfiguration), 'proxyConfiguration', 'type', ['APPMESH']),
    ],
  },
];

function each(
  list: Json | undefined,
  place: string,
  member: string,
  known: readonly string[],
): readonly Violation[] {
  return listIn(list).flatMap((item, index) =>
    isJsonObject(item) ? checkEnum(item, `${place}[${index}]`, member, known) : [],
  );
}

/** A member that takes one of a few words; nothing where it is not given. */
export function checkEnum(
  object: ReturnType<typeof objectIn>,
  place: string,
  member: string,
  known: readonly string[],
): readonly Violation[] {
  const value = object[member];
  const severity = isEmpty(value) ? undefined : severityOf(value, known);
  if (severity === undefined) return [];
  const likely = likelyOf(value, known) ?? known[0] ?? '';
  return [
    {
      severity,
      place: `${place}.${member}`,
      message: `${member} is ${JSON.stringify(value)}; ECS has ${known.join(', ')}.`,
      fix: known.length === 1 || severity === 'problem' ? `Write ${likely}.` : 'Use one of these.',
    },
  ];
}

function likelyOf(value: Json | undefined, known: readonly string[]): string | undefined {
  return typeof value === 'string' ? known.find((word) => normalize(word) === normalize(value)) : undefined;
}

function normalize(word: string): string {
  return word.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}

const switches = ['ENABLED', 'DISABLED'];
const ulimits =
  'core cpu data fsize locks memlock msgqueue nice nofile nproc rss rtprio rttime sigpending stack'.split(
    ' ',
  );
