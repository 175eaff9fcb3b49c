export interface StepArguments {
  /** The values under `with:`. */
  readonly inputs: Readonly<Record<string, string>>;
  /** The folder that the step finds as its checkout, as given. */
  readonly workspace: string | undefined;
}

/**
 * Reads `--workspace FOLDER` and inputs as `name=value`. Repeating a name adds a line to its value, for inputs that are
 * lists.
 * @param known the inputs of the action
 * @throws Error about the first argument that is neither
 */
export function readStepArguments(args: readonly string[], known: readonly string[]): StepArguments {
  const inputs: Record<string, string> = {};
  let workspace: string | undefined;
  for (let at = 0; at < args.length; at++) {
    const argument = args[at] ?? '';
    if (argument === '--workspace') {
      at++;
      workspace = args[at];
      if (workspace === undefined) throw new Error('--workspace needs a folder.');
      continue;
    }
    const equals = argument.indexOf('=');
    if (equals < 1) throw new Error(`${argument} is not of the form input=value.`);
    const [name, value] = [argument.slice(0, equals), argument.slice(equals + 1)];
    if (!known.includes(name)) {
      throw new Error(`The action has no input ${name}. Its inputs: ${known.join(', ')}.`);
    }
    const before = inputs[name];
    inputs[name] = before === undefined ? value : `${before}\n${value}`;
  }
  return { inputs, workspace };
}
