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

/** As the SDK writes schemas: a kind, a namespace, a name, traits, and what is in it. */
const namesOfPorts = [1, 'ecs', 'Ports', 0, 1];
const labels = [2, 'ecs', 'Labels', 0, 0, 1];
const port = [3, 'ecs', 'Port', 0, ['number', 'protocol'], [1, 0]];

describe('the shape of a schema of the SDK', () => {
  it.each<[string, unknown, unknown]>([
    ['text', 0, 'text'],
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
    ['one that names no members', [3, 'ecs', 'Later', 0], {}],
    ['one whose members have no schemas', [3, 'ecs', 'Later', 0, ['name']], { name: 'anything' }],
    ['a schema with its traits', [port, 0], { number: 'number', protocol: 'text' }],
    ['a function that tells the schema', () => port, { number: 'number', protocol: 'text' }],
    ['a kind that is newer than this action', [9, 'ecs', 'Later', 0, 0, 0], 'anything'],
    ['nothing', undefined, 'anything'],
    ['a text', 'unit', 'anything'],
  ])('%s', (_, schema, shape) => {
    expect(opened(shapeOf(schema))).toEqual(shape);
  });
});
