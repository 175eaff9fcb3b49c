import type { Document, Json } from './operation.ts';
import type { Shape } from './shape.ts';

/**
 * A form of the Query protocol as a document: `Targets.member.1.Id=10.0.0.7` becomes `{ Targets: [{ Id }] }`, numbers
 * and booleans get their types. A text that is no number stays a text, so that the schema check can refuse it.
 */
export function documentOfForm(shape: Shape, form: URLSearchParams): Document {
  const tree: Branch = new Map();
  for (const [name, value] of form) {
    if (name === 'Action' || name === 'Version') continue;
    plant(tree, name.split('.'), value);
  }
  const document = valueOf(shape, tree);
  return typeof document === 'object' && document !== null && !Array.isArray(document) ? document : {};
}

type Branch = Map<string, Branch | string>;

function plant(tree: Branch, [first = '', ...rest]: readonly string[], value: string): void {
  if (rest.length === 0) {
    tree.set(first, value);
    return;
  }
  const existing = tree.get(first);
  const branch: Branch = existing instanceof Map ? existing : new Map<string, Branch | string>();
  tree.set(first, branch);
  plant(branch, rest, value);
}

function valueOf(shape: Shape | undefined, node: Branch | string): Json {
  if (typeof node === 'string') return scalarOf(shape, node);
  if (shape?.kind === 'list') {
    const members = node.get('member');
    if (!(members instanceof Map)) return [];
    return [...members]
      .toSorted(([a], [b]) => Number(a) - Number(b))
      .map(([, element]) => valueOf(shape.of(), element));
  }
  if (shape?.kind === 'map') {
    const entries = node.get('entry');
    if (!(entries instanceof Map)) return {};
    return Object.fromEntries(
      [...entries.values()].flatMap((entry) => {
        if (!(entry instanceof Map)) return [];
        const key = entry.get('key');
        return typeof key === 'string' ? [[key, valueOf(shape.of(), entry.get('value') ?? '')]] : [];
      }),
    );
  }
  const members = shape?.kind === 'structure' ? shape.members : undefined;
  return Object.fromEntries([...node].map(([name, inner]) => [name, valueOf(members?.get(name)?.(), inner)]));
}

function scalarOf(shape: Shape | undefined, text: string): Json {
  switch (shape?.kind) {
    case 'number': {
      const number = Number(text);
      return text.trim() === '' || Number.isNaN(number) ? text : number;
    }
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : text;
    case 'timestamp': {
      const milliseconds = Date.parse(text);
      return Number.isNaN(milliseconds) ? text : milliseconds / 1000;
    }
    // An empty list is sent as `Targets=`.
    case 'list':
      return text === '' ? [] : text;
    default:
      return text;
  }
}
