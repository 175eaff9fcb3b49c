import type { Json } from './operation.ts';
import type { Shape } from './shape.ts';

/** The members of a document as XML elements of the Query protocol; lists have `member` elements. */
export function xmlOf(shape: Shape | undefined, value: Json | undefined): string {
  if (value === undefined || value === null) return '';
  if (Array.isArray(value)) {
    const of = shape?.kind === 'list' ? shape.of() : undefined;
    return value.map((element) => `<member>${xmlOf(of, element)}</member>`).join('');
  }
  if (typeof value === 'object') {
    if (shape?.kind === 'map') {
      return Object.entries(value)
        .map(
          ([key, inner]) =>
            `<entry><key>${escapeXml(key)}</key><value>${xmlOf(shape.of(), inner)}</value></entry>`,
        )
        .join('');
    }
    const members = shape?.kind === 'structure' ? shape.members : undefined;
    return Object.entries(value)
      .filter(([, inner]) => inner !== undefined && inner !== null)
      .map(([name, inner]) => `<${name}>${xmlOf(members?.get(name)?.(), inner)}</${name}>`)
      .join('');
  }
  // Timestamps are epoch seconds inside; on the wire of this protocol they are ISO 8601.
  if (shape?.kind === 'timestamp' && typeof value === 'number') return new Date(value * 1000).toISOString();
  return escapeXml(String(value));
}

export function escapeXml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
