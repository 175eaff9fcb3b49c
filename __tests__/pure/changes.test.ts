import { readInputs } from '../../src/inputs/inputs.ts';
import { checkNames } from '../../src/plan/preflight/findings.ts';
import { Failure } from '../../src/process/failure.ts';
import { asksForChange, changesOf, targetsDefaultContainer } from '../../src/task-definition/changes.ts';
import { edit } from '../../src/task-definition/edit.ts';

type Given = Readonly<Record<string, string>>;

function read(given: Given) {
  const environment = Object.entries(given).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]);
  return readInputs({ INPUT_SERVICE: 'web', ...Object.fromEntries(environment) }, checkNames).taskDefinition;
}

const document = {
  family: 'web',
  containerDefinitions: [
    { name: 'app', image: 'app:1', environment: [{ name: 'A', value: '1' }] },
    { name: 'log', image: 'log:1', essential: false, environment: [{ name: 'A', value: '1' }] },
  ],
};

/** The containers as the inputs make them. */
function edited(given: Given, image?: string) {
  return edit(document, changesOf(document, read(given), image)).containerDefinitions;
}

describe('the inputs as changes of containers', () => {
  const [app, log] = document.containerDefinitions;

  it.each<[string, Given, string | undefined, readonly unknown[]]>([
    ['an image for the container', {}, 'app:2', [{ ...app, image: 'app:2' }, log]],
    ['an image for the named one', { 'container-name': 'log' }, 'log:2', [app, { ...log, image: 'log:2' }]],
    [
      'images of others',
      { images: 'log=log:2' },
      'app:2',
      [
        { ...app, image: 'app:2' },
        { ...log, image: 'log:2' },
      ],
    ],
    [
      'a variable of each',
      { 'environment-variables': 'A=2\nlog/A=3' },
      undefined,
      [
        { ...app, environment: [{ name: 'A', value: '2' }] },
        { ...log, environment: [{ name: 'A', value: '3' }] },
      ],
    ],
    [
      'a variable of another alone',
      { 'environment-variables': 'log/B=2' },
      undefined,
      [
        app,
        {
          ...log,
          environment: [
            { name: 'A', value: '1' },
            { name: 'B', value: '2' },
          ],
        },
      ],
    ],
    [
      'removal of another’s',
      { 'remove-environment-variables': 'log/*', secrets: 'log/S=/s' },
      undefined,
      [app, { ...log, environment: [], secrets: [{ name: 'S', valueFrom: '/s' }] }],
    ],
    [
      'a command for the container alone',
      { command: 'run it' },
      undefined,
      [{ ...app, command: ['run', 'it'] }, log],
    ],
    ['nothing', {}, undefined, [app, log]],
  ])('%s', (_, given, image, containers) => {
    expect(edited(given, image)).toEqual(containers);
  });

  it('do not show the name of a container that is not there: it may be part of a secret', () => {
    const act = () => edited({ 'environment-variables': 'hunter2/cd=' });
    expect(act).toThrow(Failure);
    expect(act).toThrow(
      /a container \(before the "\/"\) that the task definition does not have. It has: app, log\./,
    );
    expect(act).not.toThrow(/hunter2/);
  });

  it.each<[Given, boolean, boolean]>([
    [{}, false, false],
    [{ 'container-name': 'app' }, false, true],
    [{ 'task-definition': 'web' }, true, false],
    [{ 'environment-variables': 'log/A=1' }, true, false],
    [{ 'environment-variables': 'A=1' }, true, true],
    [{ 'remove-secrets': '*' }, true, true],
    [{ command: '[]' }, true, true],
    [{ cpu: '512' }, true, false],
    [{ images: 'log=log:2' }, true, false],
  ])('%j: a change %s, of the container %s', (given, asks, ofContainer) => {
    expect([asksForChange(read(given)), targetsDefaultContainer(read(given))]).toEqual([asks, ofContainer]);
  });
});
