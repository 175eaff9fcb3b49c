import { type Shape, shapeOf } from '../../src/task-definition/document-shape.ts';

/** A shape with what is in it. */
function opened(shape: Shape): unknown {
  switch (shape.kind) {
    case 'list':
    case 'map':
      return { [shape.kind]: opened(shape.each()) };
    case 'structure':
      return Object.fromEntries([...shape.members].map(([name, inner]) => [name, opened(inner())]));
    default:
      return shape.kind;
  }
}

type Schema = Parameters<typeof shapeOf>[0];

/** As the SDK writes schemas: a kind, a namespace, a name, traits, and what is in it. */
const namesOfPorts: Schema = [1, 'ecs', 'Ports', 0, 1];
const labels: Schema = [2, 'ecs', 'Labels', 0, 0, 1];
const port: Schema = [3, 'ecs', 'Port', 0, ['number', 'protocol'], [1, 0]];

describe('the shape of a schema of the SDK', () => {
  it.each<[string, Schema, unknown]>([
    ['text', 0, 'text'],
    ['a text that is sensitive', [0, 'ecs', 'Secret', 8, 0], 'text'],
    ['a number', 1, 'number'],
    ['a boolean', 2, 'boolean'],
    ['a scalar that is none of these, as a time', 4, 'anything'],
    ['a list of text', 64, { list: 'text' }],
    ['a list of numbers', 65, { list: 'number' }],
    ['a map of text', 128, { map: 'text' }],
    ['a map of booleans', 130, { map: 'boolean' }],
    ['a list with a name', namesOfPorts, { list: 'number' }],
    ['a map with a name', labels, { map: 'number' }],
    ['a structure', port, { number: 'number', protocol: 'text' }],
    ['a structure with nothing in it', [3, 'ecs', 'Empty', 0, [], []], {}],
    [
      'a member with traits of its own',
      [3, 'ecs', 'Host', 0, ['port'], [[port, 0]]],
      { port: { number: 'number', protocol: 'text' } },
    ],
    ['a function that tells the schema', () => port, { number: 'number', protocol: 'text' }],
    ['a document', 15, 'anything'],
    ['nothing at all', 'unit', 'anything'],
  ])('%s', (_, schema, shape) => {
    expect(opened(shapeOf(schema))).toEqual(shape);
  });
});
