import { parse } from 'yaml';
import { isJsonObject, type Json, type JsonObject } from '../src/text/json.ts';
import { groupsOf } from './input-groups.ts';
import { markdownTable, withSection } from './sections.ts';

/**
 * Renews the tables of docs/inputs.md: the inputs in the groups that the comments of action.yml name, and the outputs.
 * @param action the text of action.yml
 */
export function withInputs(document: string, action: string): string {
  const read: unknown = parse(action);
  const { inputs, outputs } = isJsonObject(read) ? read : {};
  const sections = groupsOf(action).map(({ name, inputs: names }) =>
    [
      `## ${titleOf(name)}\n`,
      markdownTable(
        ['Input', 'What it does', 'Default'],
        names.map((input) => inputRow(input, objectOf(objectOf(inputs)[input]))),
      ),
    ].join('\n'),
  );
  const outputRows = Object.entries(objectOf(outputs)).map(([name, output]) => [
    code(name),
    textOf(objectOf(output).description),
  ]);
  const filled = withSection(document, 'inputs', sections.join('\n\n'));
  return withSection(filled, 'outputs', markdownTable(['Output', 'What it holds'], outputRows));
}

/** The heading of a group: `task definition` becomes Task definition. */
function titleOf(group: string): string {
  return `${group.charAt(0).toUpperCase()}${group.slice(1)}`;
}

function inputRow(name: string, input: JsonObject): readonly string[] {
  const standard = input.required === true ? 'required' : code(textOf(input.default));
  return [code(name), textOf(input.description), standard];
}

function code(text: string): string {
  return text === '' ? '' : `\`${text}\``;
}

function objectOf(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}
