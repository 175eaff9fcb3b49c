import * as logs from '@aws-sdk/client-cloudwatch-logs';
import * as ecr from '@aws-sdk/client-ecr';
import * as ecs from '@aws-sdk/client-ecs';
import * as elb from '@aws-sdk/client-elastic-load-balancing-v2';
import * as fc from 'fast-check';
import { isDocument } from '../../local/server/members.ts';
import type { Document, Json } from '../../local/server/operation.ts';
import type { Shape } from '../../local/server/shape.ts';

/** Names and ids that requests and answers had, by the member that held them. */
export interface Names {
  learn(value: Json | undefined): void;
  /** The values that a member could mean. */
  for(member: string): readonly string[];
  /** All of them. */
  all(): readonly string[];
}

export function namesSeen(): Names {
  const seen = new Map<string, Set<string>>();
  const all = new Set<string>();
  const learn = (value: Json | undefined, member: string): void => {
    if (Array.isArray(value)) for (const one of value) learn(one, member);
    else if (isDocument(value)) for (const [name, inner] of Object.entries(value)) learn(inner, name);
    else if (typeof value === 'string' && value !== '') {
      seen.set(singular(member), (seen.get(singular(member)) ?? new Set()).add(value));
      all.add(value);
    }
  };
  return {
    learn: (value) => learn(value, ''),
    for: (member) => {
      const name = singular(member);
      return [name, ...(meant[name] ?? [])].flatMap((one) => [...(seen.get(one) ?? [])]);
    },
    all: () => [...all],
  };
}

/** What else a member can be given: a service's name, or its ARN. */
const meant: Readonly<Record<string, readonly string[]>> = {
  cluster: ['clustername', 'clusterarn'],
  service: ['servicename', 'servicearn'],
  servicename: ['servicearn', 'service'],
  taskdefinition: ['taskdefinitionarn', 'family'],
  familyprefix: ['family'],
  task: ['taskarn'],
  containername: ['name'],
  resourcearn: ['servicearn', 'clusterarn', 'taskarn', 'taskdefinitionarn'],
  loggroupidentifier: ['loggroupname', 'arn'],
  loggroupnameprefix: ['loggroupname'],
  logstreamnameprefix: ['logstreamname'],
  servicerevisionarn: ['targetservicerevisionarn', 'arn'],
  startedby: ['id'],
};

const singular = (member: string): string => member.toLowerCase().replace(/s$/, '');

/** The values of the SDK's enums, by name: its schemas do not say which member has which. */
const enums = new Map(
  [ecs, ecr, logs, elb].flatMap((sdk) =>
    Object.entries(sdk).flatMap(([name, value]): [string, string[]][] => {
      const words: unknown[] = typeof value === 'object' && value !== null ? Object.values(value) : [];
      const isEnum =
        words.length > 0 && !Array.isArray(value) && words.every((word) => typeof word === 'string');
      return isEnum ? [[name.toLowerCase().replace(/enum$/, ''), words.map(String)]] : [];
    }),
  ),
);
const enumsLike = (member: string): readonly string[] =>
  [...enums].filter(([name]) => name.endsWith(singular(member))).flatMap(([, words]) => words);

const odd = [
  '',
  ' ',
  '0',
  '-1',
  '*',
  'a/b',
  'x'.repeat(300),
  '\u0000',
  '\ud83d\ude80',
  '<a>&',
  'arn:',
  'arn:aws:ecs',
];
const special = ['__proto__', 'constructor', 'toString', 'aws:x', 'null', 'true', 'web', 'app', 'latest'];
const numbers = [0, 1, 2, 3, 10, 50, 80, 100, 200, 512, -1, 1.5, 70_000, 2 ** 31, 1e15];

/** Any value that fits the schema, with names in it that exist. */
export function valueOf(shape: Shape, member: string, names: Names, depth = 0): fc.Arbitrary<Json> {
  switch (shape.kind) {
    case 'string':
      return anyText(member, names);
    case 'number':
      return fc.constantFrom(...numbers);
    case 'boolean':
      return fc.boolean();
    case 'timestamp':
      return fc.constantFrom(0, 1, 1.7e9, 4e9, -1, 1e13);
    case 'blob':
      return fc.constantFrom('', 'YQ==', '{}');
    case 'document':
      return fc.constantFrom<Json>({}, { a: [1, null] }, 'text', 1, true, []);
    case 'unit':
      return fc.constant({});
    case 'list':
      return fc.array(valueOf(shape.of(), member, names, depth + 1), { maxLength: depth > 3 ? 1 : 2 });
    case 'map':
      return fc
        .array(fc.tuple(anyText(member, names), valueOf(shape.of(), member, names, depth + 1)), {
          maxLength: 2,
        })
        .map((entries) => Object.fromEntries(entries));
    default: {
      const required = new Set(shape.required);
      const parts = [...shape.members].map(([name, of]): fc.Arbitrary<[string, Json][]> => {
        const given = fc
          .constant(undefined)
          .chain(() => valueOf(of(), name, names, depth + 1))
          .map((value): [string, Json][] => [[name, value]]);
        if (required.has(name)) return given;
        const absent = fc.constantFrom<[string, Json][]>([], [], [], [[name, null]]);
        return fc.oneof({ weight: depth > 2 ? 12 : 3, arbitrary: absent }, { weight: 1, arbitrary: given });
      });
      return fc.tuple(...parts).map((entries) => Object.fromEntries(entries.flat()));
    }
  }
}

function anyText(member: string, names: Names): fc.Arbitrary<string> {
  const choices: [number, readonly string[]][] = [
    [8, names.for(member)],
    [6, enumsLike(member)],
    [2, names.all()],
    [1, odd],
    [1, special],
  ];
  return fc.oneof(
    ...choices
      .filter(([, words]) => words.length > 0)
      .map(([weight, words]) => ({ weight, arbitrary: fc.constantFrom(...words) })),
    { weight: 1, arbitrary: fc.string({ maxLength: 8 }) },
  );
}

/** A document as a form of the Query protocol, as the SDK sends it. */
export function formOf(operation: string, version: string, input: Document): URLSearchParams {
  const form = new URLSearchParams({ Action: operation, Version: version });
  const put = (name: string, value: Json | undefined): void => {
    if (value === null || value === undefined) return;
    if (Array.isArray(value)) {
      if (value.length === 0) form.set(name, '');
      for (const [index, one] of value.entries()) put(`${name}.member.${index + 1}`, one);
    } else if (isDocument(value)) {
      for (const [inner, one] of Object.entries(value)) put(name === '' ? inner : `${name}.${inner}`, one);
    } else form.set(name, String(value));
  };
  put('', input);
  return form;
}
