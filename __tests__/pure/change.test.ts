import { readInputs } from '../../src/inputs/inputs.ts';
import {
  decideAfterRegistering,
  decideChange,
  type ImageToDeploy,
  isSkipped,
  type PlannedService,
} from '../../src/plan/decide/change.ts';
import { decideTaskDefinition } from '../../src/plan/decide/task-definition.ts';
import { checkNames } from '../../src/plan/preflight/findings.ts';
import type { Base } from '../../src/service/base.ts';
import type { ServiceState } from '../../src/service/describe.ts';
import { noSettings } from '../../src/service/settings.ts';
import type { JsonObject } from '../../src/text/json.ts';
import { aServiceState } from './a-service-state.ts';

const kept: ImageToDeploy = { kind: 'kept', why: { kind: 'build-is-false' } };
const built: ImageToDeploy = { kind: 'to-build', uri: 'nginx:2', newRepository: undefined };

function read(given: Readonly<Record<string, string>>) {
  const environment = Object.entries(given).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]);
  return readInputs({ INPUT_SERVICE: 'web', ...Object.fromEntries(environment) }, checkNames);
}

/** What the service runs is what its next task definition starts from. */
function baseOf({ taskDefinition, taskDefinitionArn, isInactive }: ServiceState): Base {
  return { document: taskDefinition, arn: taskDefinitionArn, isInactive, newer: undefined };
}

/** What becomes of one service. */
function planned(
  given: Readonly<Record<string, string>>,
  image: ImageToDeploy,
  seen: ServiceState = aServiceState(),
  base: Base = baseOf(seen),
): PlannedService {
  const [service] = decideChange(read(given), [{ seen, base }], image).services;
  if (service === undefined) throw new Error('nothing was planned');
  return service;
}

const seen = aServiceState();
const withImage = (image: string): JsonObject => ({
  ...seen.taskDefinition,
  containerDefinitions: [{ name: 'app', image }],
});
const rulesOf = ({ findings }: PlannedService) => findings.map(({ rule, severity }) => [rule, severity]);

describe('the change of a service', () => {
  it('is none when it runs what is asked for', () => {
    expect(planned({}, kept)).toEqual({
      seen,
      taskDefinition: { kind: 'same', arn: 'web:1', document: seen.taskDefinition },
      update: { kind: 'unchanged' },
      serviceAfter: seen.document,
      findings: [],
    });
  });

  it('is a new revision with the image, and an update', () => {
    expect(planned({}, built)).toEqual({
      seen,
      taskDefinition: { kind: 'register', document: withImage('nginx:2') },
      update: { kind: 'update', desiredCount: undefined, settings: noSettings, force: false, deploys: true },
      serviceAfter: seen.document,
      findings: [],
    });
  });

  it('is an update of what was asked of the service', () => {
    const { update, serviceAfter } = planned(
      { 'desired-count': '3', 'force-new-deployment': 'true', 'minimum-healthy-percent': '50' },
      kept,
    );
    expect(serviceAfter).toEqual({
      ...seen.document,
      desiredCount: 3,
      deploymentConfiguration: expect.objectContaining({ minimumHealthyPercent: 50 }),
    });
    expect(update).toMatchObject({
      kind: 'update',
      desiredCount: 3,
      force: true,
      settings: { request: { deploymentConfiguration: { minimumHealthyPercent: 50 } } },
    });
  });

  it('has what is to be deployed for all of them', () => {
    const found = { seen, base: baseOf(seen) };
    const change = decideChange(read({}), [found, found], built);
    expect(change.image).toBe(built);
    expect(change.services).toHaveLength(2);
  });

  const inactive = aServiceState({ isInactive: true });
  const named: Base = { document: withImage('nginx:9'), arn: 'web:9', isInactive: false, newer: undefined };
  const gone = { ...named, isInactive: true };

  it.each<[string, Readonly<Record<string, string>>, ServiceState, Base, string]>([
    [
      'that runs an INACTIVE revision, forced',
      { 'force-new-deployment': 'true' },
      inactive,
      baseOf(inactive),
      'register',
    ],
    [
      'that runs an INACTIVE revision, with another count',
      { 'desired-count': '3' },
      inactive,
      baseOf(inactive),
      'same',
    ],
    ['that runs an INACTIVE revision, unchanged', {}, inactive, baseOf(inactive), 'same'],
    ['that runs an INACTIVE revision, and gets one that was named', {}, inactive, named, 'same'],
    [
      'that runs an INACTIVE revision, forced, and a file says the same',
      { 'force-new-deployment': 'true' },
      inactive,
      { ...baseOf(inactive), arn: undefined, isInactive: false },
      'register',
    ],
    ['that gets an INACTIVE revision that was named', {}, seen, gone, 'register'],
    ['that runs an ACTIVE revision, forced', { 'force-new-deployment': 'true' }, seen, baseOf(seen), 'same'],
  ])('%s', (_, given, one, base, kind) => {
    const { taskDefinition } = planned(given, kept, one, base);
    expect(taskDefinition).toMatchObject({ kind, document: base.document });
  });
});

it('an INACTIVE revision that was named does no harm where the image leads back to what runs', () => {
  const gone: Base = { document: withImage('nginx:9'), arn: 'web:9', isInactive: true, newer: undefined };
  const uri = 'nginx:1';
  const image: ImageToDeploy = { kind: 'to-build', uri, newRepository: undefined };
  expect(planned({ 'force-new-deployment': 'true' }, image, seen, gone).taskDefinition).toEqual({
    kind: 'same',
    arn: 'web:1',
    document: withImage(uri),
  });
});

describe('the findings about a change', () => {
  const odd = { ...seen.taskDefinition, networkMode: 'bridge' };

  it('are those of what it would become', () => {
    const service = planned(
      { 'desired-count': '1', 'minimum-healthy-percent': '100', 'maximum-percent': '100' },
      kept,
    );
    expect(rulesOf(service)).toEqual([['percents', 'problem']]);
    const many = aServiceState({ document: { ...seen.document, desiredCount: 6000 } });
    expect(rulesOf(planned({}, built, many))).toEqual([['task-count', 'notice']]);
    expect(rulesOf(planned({ 'desired-count': '6000' }, kept))).toEqual([['task-count', 'warning']]);
  });

  it('are warnings at most where the service runs with them', () => {
    const runsOdd = aServiceState({ taskDefinition: odd });
    expect(rulesOf(planned({}, built, runsOdd))).toEqual([
      ['written-for-ec2', 'notice'],
      ['network-mode', 'warning'],
    ]);
  });

  it('are none of what is not touched', () => {
    expect(planned({}, kept, aServiceState({ taskDefinition: odd })).findings).toEqual([]);
  });

  const revision = (name: string): string => `arn:aws:ecs:eu-west-1:111122223333:task-definition/${name}`;

  it.each<[string, Partial<Base>, string, string | undefined]>([
    [
      'that is not used',
      {
        newer: { arn: revision('web:2'), run: undefined, registeredBy: 'arn:aws:iam::111122223333:user/ana' },
      },
      'web runs web:1, which is used. Its family has the newer web:2 (registered by ana), which the service has never run or was rolled back from.',
      'To start from it, set task-definition to web.',
    ],
    [
      'that is used',
      { arn: revision('web:2'), newer: { arn: revision('web:2'), run: undefined, registeredBy: undefined } },
      'web runs web:1; web:2 is newer and is used, because task-definition names it.',
      undefined,
    ],
    [
      'that an earlier run deployed and the service left',
      {
        newer: {
          arn: revision('web:2'),
          run: 'https://github.com/acme/web/actions/runs/7',
          registeredBy: 'arn:aws:iam::111122223333:user/ana',
        },
      },
      'web runs web:1, which is used. The newer web:2 is of an earlier run (https://github.com/acme/web/actions/runs/7); its deployment failed, was rolled back, or never began.',
      undefined,
    ],
  ])('tell of a newer revision %s', (_, base, message, fix) => {
    expect(planned({}, kept, seen, { ...baseOf(seen), ...base }).findings).toEqual([
      { rule: 'newer-revision', severity: 'notice', place: 'taskDefinition', message, fix },
    ]);
  });

  it('tell which tags a new revision would lose, but not of tags that AWS or this action sets', () => {
    const tagged = (...keys: readonly string[]): JsonObject => ({
      ...seen.taskDefinition,
      tags: keys.map((key) => (key === '' ? null : { key, value: 'x' })),
    });
    const running = aServiceState({
      taskDefinition: tagged('team', '', 'cost', 'stage', 'aws:ecs:a', 'fargate-deploy:commit'),
    });
    const base: Base = { ...baseOf(running), arn: undefined, document: tagged('stage') };
    expect(planned({}, built, running, base).findings).toEqual([
      {
        rule: 'lost-tags',
        severity: 'warning',
        place: 'tags',
        message: 'The revision that runs has tags that the new one would not have: team, cost.',
        fix: 'Write them into the file, or set them by task-definition-tags.',
      },
    ]);
    // A revision that exists was registered with the tags that it has.
    expect(planned({}, kept, running, { ...base, arn: revision('web:9') }).findings).toEqual([]);
  });

  it('tell that there is a newer revision, also when nothing is touched', () => {
    const newer = {
      arn: 'arn:aws:ecs:eu-west-1:111122223333:task-definition/web:2',
      registeredBy: undefined,
      run: undefined,
    };
    expect(rulesOf(planned({}, kept, seen, { ...baseOf(seen), newer }))).toEqual([
      ['newer-revision', 'notice'],
    ]);
  });

  it.each([
    ['one', 'percents'],
    ['all', 'all'],
  ])('leave out what shall be skipped: %s', (_, code) => {
    const given = { 'desired-count': '1', 'maximum-percent': '100', 'minimum-healthy-percent': '100' };
    expect(planned({ ...given, 'skip-checks': code }, kept).findings).toEqual([]);
    expect(rulesOf(planned({ ...given, 'skip-checks': 'gpu' }, kept))).toEqual([['percents', 'problem']]);
  });

  it.each([
    ['none', [], false],
    ['another', ['gpu'], false],
    ['it', ['gpu', 'percents'], true],
    ['all', ['all'], true],
  ])('are skipped by their code or all together: %s', (_, skipped, isIt) => {
    expect(isSkipped('percents', skipped)).toBe(isIt);
  });
});

describe('the task definition of a service', () => {
  const { taskDefinition: inputs } = read({});
  const of = (document: JsonObject, arn: string | undefined): Base => ({
    document,
    arn,
    isInactive: false,
    newer: undefined,
  });

  it.each<[string, Base, string | undefined, JsonObject]>([
    [
      'is the revision that was named, though what runs says the same',
      of(withImage('nginx:1'), 'web:7'),
      undefined,
      { kind: 'same', arn: 'web:7', document: withImage('nginx:1') },
    ],
    [
      'is what runs when the changes of a named revision lead to it',
      of(withImage('nginx:9'), 'web:9'),
      'nginx:1',
      { kind: 'same', arn: 'web:1', document: withImage('nginx:1') },
    ],
    [
      'is what runs when a file says the same',
      of(withImage('nginx:1'), undefined),
      undefined,
      { kind: 'same', arn: 'web:1', document: withImage('nginx:1') },
    ],
    [
      'is new when a file says something else',
      of(withImage('nginx:2'), undefined),
      undefined,
      { kind: 'register', document: withImage('nginx:2') },
    ],
    [
      'is new with an image that neither has',
      of(withImage('nginx:9'), 'web:9'),
      'nginx:3',
      { kind: 'register', document: withImage('nginx:3') },
    ],
  ])('%s', (_, base, image, expected) => {
    expect(decideTaskDefinition({ inputs, image, base, seen })).toEqual(expected);
  });
});

describe('a revision that was registered', () => {
  const given = { 'desired-count': '3' };
  const inputs = (operation: string) => read({ ...given, operation });
  const answered = { ...seen.taskDefinition, revision: 2 };
  const registered = planned(given, built);

  it('is not deployed where ECS made of it what the service runs', () => {
    const { update } = planned(given, kept);
    expect(update).toMatchObject({ kind: 'update', desiredCount: 3, deploys: false });
    expect(decideAfterRegistering(registered, { arn: 'web:2', answered }, inputs('deploy'))).toEqual({
      ...registered,
      taskDefinition: { kind: 'same', arn: 'web:1', document: seen.taskDefinition },
      update,
    });
  });

  const other = { ...answered, cpu: '512' };
  const inactive = aServiceState({ isInactive: true });
  it.each<[string, PlannedService, JsonObject | undefined, string]>([
    ['where it says something else', registered, other, 'deploy'],
    ['where none was', registered, undefined, 'deploy'],
    ['by a rollback, which wants the version as it was', registered, answered, 'rollback'],
    ['where the service runs an INACTIVE one', planned(given, built, inactive), answered, 'deploy'],
    ['where the service is not updated', planned({}, kept), answered, 'deploy'],
  ])('changes nothing %s', (_, service, answer, operation) => {
    expect(decideAfterRegistering(service, { arn: 'web:2', answered: answer }, inputs(operation))).toBe(
      service,
    );
  });
});
