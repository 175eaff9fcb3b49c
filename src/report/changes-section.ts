import type { ServiceOutcome } from '../deployment/outcome.ts';
import { leafInWords, leavesOf } from '../plan/show/leaves.ts';
import type { PlannedChange } from '../plan/show/plan.ts';
import { parseReference } from '../reference/image-reference.ts';
import { settingInWords } from '../service/setting-words.ts';
import type { Origin } from '../task-definition/provenance.ts';
import { type Json, wordIn } from '../text/json.ts';
import { nameOf } from '../text/words.ts';
import { commitUrl } from './links.ts';
import { code, link, text } from './markdown.ts';

/** What a run changes about a service. */
export interface ServiceChanges {
  /** The origin of the version before. */
  readonly before: Origin;
  /** Changes of the task definition, without values that may be secret. */
  readonly members: readonly PlannedChange[];
  readonly settings: readonly PlannedChange[];
}

/** A longer list is no summary. */
const mostItems = 15;

/** The changes of a deployment: images by commit, variables by name, settings in words. */
export function changesSection(
  { taskDefinitionArn, previousTaskDefinitionArn }: ServiceOutcome,
  { before, members: changed, settings }: ServiceChanges,
  origin: Origin | undefined,
  server: string | undefined,
): readonly string[] {
  if (taskDefinitionArn === undefined || previousTaskDefinitionArn === undefined) return [];
  const members = changed.flatMap(leavesOf);
  const [from, to] = [nameOf(previousTaskDefinitionArn), nameOf(taskDefinitionArn)].map(code);
  const images = members.filter(({ name }) => imageMember.test(name));
  const commits = images.length === 1 ? [linkTo(before, server), linkTo(origin, server)] : [];
  const named = members.filter(({ name }) => namedMember.test(name));
  const others = members.filter(({ name }) => !imageMember.test(name) && !namedMember.test(name));
  const containers = new Set(members.flatMap(({ name }) => containerMember.exec(name)?.[1] ?? []));
  const labelOf = (name: string): string => {
    const [, container = '', member = ''] = containerMember.exec(name) ?? [];
    if (member === '') return text(name);
    return containers.size === 1 ? text(member) : `${text(container)}: ${text(member)}`;
  };
  const items = [
    ...images.map((change) => `${labelOf(change.name)}: ${imageWords(change, commits)}`),
    ...[...Map.groupBy(named, ({ name }) => namedMember.exec(name)?.[1] ?? '')].map(
      ([list, changes]) => `${labelOf(list)}: ${namesOf(changes)}`,
    ),
    ...others.map((change) => `${labelOf(change.name)}: ${changeInWords(change, leafInWords)}`),
    ...settings.map((change) => `${text(change.name)}: ${changeInWords(change, settingInWords)}`),
  ];
  if (items.length === 0) return [];
  const more = items.length - mostItems;
  return [
    from === to ? `**Changes** (still ${to})` : `**Changes** from ${from} to ${to}`,
    '',
    ...items.slice(0, mostItems).map((item) => `- ${item}`),
    ...(more > 0 ? [`- and ${more} more`] : []),
    '',
  ];
}

const containerMember = /^containerDefinitions\[([^\]]*)\]\.(.+)$/s;
const imageMember = /^containerDefinitions\[[^\]]*\]\.image$/;
/** A variable or secret of a container, whose name says enough. */
const namedMember = /^(containerDefinitions\[[^\]]*\]\.(?:environment|secrets))\[(.*?)\](?:\.\w+)?$/s;

function linkTo(origin: Origin | undefined, server: string | undefined): string | undefined {
  const { commit } = origin ?? {};
  return origin === undefined || commit === undefined
    ? undefined
    : `commit ${link(code(commit.slice(0, 12)), commitUrl(origin, server))}`;
}

function imageWords(change: PlannedChange, [from, to]: readonly (string | undefined)[]): string {
  const { kind, hidden, before, after } = change;
  if (hidden || kind !== 'changed') return changeInWords(change, leafInWords);
  return `${from ?? imageName(before)} → ${to ?? imageName(after)}`;
}

/** The repository's name with tag or the first digits of the digest. */
function imageName(image: Json): string {
  const { repository, tag, digest } = parseReference(wordIn(image)) ?? {};
  if (repository === undefined) return code(wordIn(image));
  const version = digest === undefined ? `:${tag ?? 'latest'}` : `@${digest.slice(0, 19)}`;
  return code(`${repository.split('/').at(-1)}${version}`);
}

/** `added A, B; changed C` */
function namesOf(changes: readonly PlannedChange[]): string {
  return [...Map.groupBy(changes, ({ kind }) => kind)]
    .map(([kind, some]) => {
      const names = [...new Set(some.map(({ name }) => namedMember.exec(name)?.[2] ?? ''))];
      return `${kind} ${names.map(code).join(', ')}`;
    })
    .join('; ');
}

function changeInWords(
  { kind, hidden, before, after }: PlannedChange,
  inWords: (value: Json) => string,
): string {
  if (hidden) return `${kind} (value not shown)`;
  const [from, to] = [before, after].map((value) =>
    value === null ? inWords(value) : code(shortened(inWords(value))),
  );
  if (kind === 'added') return `${to} (new)`;
  return kind === 'removed' ? `removed (was ${from})` : `${from} → ${to}`;
}

function shortened(value: string): string {
  return value.length > 80 ? `${value.slice(0, 80)}…` : value;
}
