import { parse } from 'yaml';
import { isJsonObject, type Json, type JsonObject } from '../src/text/json.ts';

/**
 * A document with its tables of inputs and outputs made anew. A table stands between `<!-- inputs -->` and
 * `<!-- /inputs -->`, and likewise for `outputs`; all else stays as it is.
 *
 * @param action the text of action.yml
 * @throws Error when a section is not marked
 */
export function withTables(document: string, action: string): string {
  const read: unknown = parse(action);
  const { inputs, outputs } = isJsonObject(read) ? read : {};
  const filled = withSection(document, 'inputs', inputsTable(objectOf(inputs)));
  return withSection(filled, 'outputs', outputsTable(objectOf(outputs)));
}

function withSection(document: string, name: string, content: string): string {
  const [start, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const from = document.indexOf(start);
  const to = document.indexOf(end);
  if (from === -1 || to < from) throw new Error(`There is no section between ${start} and ${end}`);
  return `${document.slice(0, from + start.length)}\n\n${content}\n\n${document.slice(to)}`;
}

function inputsTable(inputs: JsonObject): string {
  const rows = Object.entries(inputs).map(([name, raw]) => {
    const input = objectOf(raw);
    const standard = input.required === true ? 'required' : code(textOf(input.default));
    return [code(name), cell(textOf(input.description)), standard];
  });
  return table(['Input', 'What it does', 'Default'], rows);
}

function outputsTable(outputs: JsonObject): string {
  const rows = Object.entries(outputs).map(([name, raw]) => [
    code(name),
    cell(textOf(objectOf(raw).description)),
  ]);
  return table(['Output', 'What it holds'], rows);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** A bar would end the cell, and an angle bracket may begin a tag. */
function cell(text: string): string {
  return text.trim().replaceAll(/\s+/g, ' ').replaceAll('|', String.raw`\|`).replaceAll('<', '&lt;');
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
