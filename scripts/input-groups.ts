/** A group of inputs, as the comments of action.yml name it. */
export interface InputGroup {
  readonly name: string;
  /** Its part of action.yml. */
  readonly text: string;
  readonly inputs: readonly string[];
}

/**
 * The groups of inputs, in their order. Inputs before the first comment belong to the operation.
 * @param action the text of action.yml
 * @throws Error when it has no inputs
 */
export function groupsOf(action: string): readonly InputGroup[] {
  const [, inputs = ''] = /^inputs:\n(.*?)^outputs:\n/ms.exec(action) ?? [];
  if (inputs === '') throw new Error('action.yml has no inputs, or no outputs after them');
  const [operation = '', ...others] = inputs.split(/^ {2}# ---- /m);
  return [`operation\n${operation}`, ...others].map((group) => {
    const text = group.slice(group.indexOf('\n') + 1).trimEnd();
    return {
      name: group.slice(0, group.indexOf('\n')),
      text,
      inputs: [...text.matchAll(/^ {2}([a-z-]+):$/gm)].flatMap(([, name]) => name ?? []),
    };
  });
}
