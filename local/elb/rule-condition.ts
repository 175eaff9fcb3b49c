import { documentOf, textOf, textsOf } from '../server/members.ts';
import type { Document } from '../server/operation.ts';
import { invalidConfiguration } from './target-group.ts';

/** What a rule asks of a request; all conditions of a rule must hold, of the values of one any (documented). */
export type Condition =
  | { readonly kind: 'path-pattern' | 'host-header'; readonly values: readonly string[] }
  | { readonly kind: 'http-header'; readonly name: string; readonly values: readonly string[] };

/** The parts of a request that conditions are about. */
export interface RequestHead {
  /** With the query. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** @throws AwsError for a condition that the local Fargate doesn't support */
export function readCondition(document: Document): Condition {
  const field = textOf(document, 'Field') ?? '';
  if (field === 'http-header') {
    const config = documentOf(document, 'HttpHeaderConfig');
    return { kind: field, name: textOf(config, 'HttpHeaderName') ?? '', values: given(config, undefined) };
  }
  if (field === 'path-pattern' || field === 'host-header') {
    const config = documentOf(document, field === 'path-pattern' ? 'PathPatternConfig' : 'HostHeaderConfig');
    return { kind: field, values: given(config, document) };
  }
  throw invalidConfiguration(
    `Condition field '${field}' must be one of '[path-pattern, host-header, http-header]'`,
  );
}

export function describeCondition(condition: Condition): Document {
  const values = [...condition.values];
  switch (condition.kind) {
    case 'http-header':
      return { Field: 'http-header', HttpHeaderConfig: { HttpHeaderName: condition.name, Values: values } };
    case 'path-pattern':
      return { Field: 'path-pattern', Values: values, PathPatternConfig: { Values: values } };
    default:
      return { Field: 'host-header', Values: values, HostHeaderConfig: { Values: values } };
  }
}

/** Whether a request meets the condition: `*` and `?` are wildcards; only paths are case-sensitive (documented). */
export function meets({ url, headers }: RequestHead, condition: Condition): boolean {
  const values = condition.values.map((value) =>
    wildcard(value, condition.kind === 'path-pattern' ? '' : 'i'),
  );
  const matches = (text: string): boolean => values.some((value) => value.test(text));
  switch (condition.kind) {
    case 'path-pattern':
      return matches(url.split('?')[0] ?? '');
    case 'host-header':
      return matches(String(headers['host'] ?? '').split(':')[0] ?? '');
    default:
      return [headers[condition.name.toLowerCase()] ?? []].flat().some(matches);
  }
}

function given(config: Document | undefined, old: Document | undefined): readonly string[] {
  const values = textsOf(config, 'Values');
  const found = values.length > 0 ? values : textsOf(old, 'Values');
  if (found.length === 0) throw invalidConfiguration('A condition value must be specified');
  return found;
}

function wildcard(value: string, flags: string): RegExp {
  const pattern = value
    .replaceAll(/[\\^$.|+()[\]{}]/g, String.raw`\$&`)
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${pattern}$`, flags);
}
