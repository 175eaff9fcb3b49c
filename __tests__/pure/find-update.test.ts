import type { Service } from '@aws-sdk/client-ecs';
import {
  type BeforeUpdate,
  findUpdate,
  takenByAnother,
  takenForOurs,
} from '../../src/service/find-update.ts';
import type { Reader } from '../../src/service/reader.ts';

const before: BeforeUpdate = {
  service: { clusterArn: 'main', arn: 'web' },
  primaryId: 'ecs-svc/1',
  taskDefinitionArn: 'web:2',
  begins: { kind: 'unless-there' },
};
const setsCount: BeforeUpdate = { ...before, begins: { kind: 'none', sets: { desiredCount: 4 } } };

function shows(id: string, taskDefinition: string, members: Partial<Service> = {}): Service {
  return { deployments: [{ status: 'PRIMARY', id, taskDefinition }], ...members };
}

const old = shows('ecs-svc/1', 'web:1');
const ours = shows('ecs-svc/2', 'web:2');
const theirs = shows('ecs-svc/2', 'web:3');

/** One reading: a service, none, or an error. */
type Reading = Service | undefined | 'fails';

/** Reads the given, one after the other and the last for good; counts readings and seconds. */
function worldOf(readings: readonly Reading[], signal?: AbortSignal) {
  const said: string[] = [];
  const asked: string[] = [];
  let now = 0;
  const reader = {
    service: (clusterArn: string, arn: string) => {
      const reading = readings[Math.min(asked.length, readings.length - 1)];
      asked.push(`${clusterArn}/${arn}`);
      return reading === 'fails' ? Promise.reject(new Error('read failed')) : Promise.resolve(reading);
    },
    until: () => reader,
  } as unknown as Reader;
  const calling = {
    clock: {
      now: () => now,
      random: () => 0,
      sleep: (milliseconds: number) => {
        now += milliseconds;
        return Promise.resolve();
      },
    },
    say: (line: string) => void said.push(line),
    ...(signal === undefined ? {} : { signal }),
  };
  return { reader, calling, said, asked, seconds: () => now / 1000 };
}

describe('an update whose answer was lost', () => {
  const made = (service: Service) => ({ kind: 'made', deployment: service.deployments?.[0] });
  const notMade = { kind: 'not-made' };
  const unclear = { kind: 'unclear' };

  it.each<[string, BeforeUpdate, readonly Reading[], object, number, number]>([
    ['is made when a new PRIMARY has its revision', before, [ours], made(ours), 1, 0],
    ['is believed not to be made after five readings', before, [old], notMade, 5, 8],
    ['is found although the first readings are old', before, [old, old, old, old, ours], made(ours), 5, 8],
    ['is not made where the service has gone', before, [undefined], notMade, 5, 8],
    ['is not made where no PRIMARY is shown', before, [{ deployments: [] }], notMade, 5, 8],
    ['is unclear when a new PRIMARY has another revision', before, [theirs], unclear, 1, 0],
    ['is made when its count is there', setsCount, [{ ...old, desiredCount: 4 }], made(old), 1, 0],
    [
      'is made when its count is there beside another deployment',
      setsCount,
      [{ ...theirs, desiredCount: 4 }],
      made(theirs),
      1,
      0,
    ],
    ['is not made when its count is not there', setsCount, [{ ...ours, desiredCount: 3 }], notMade, 5, 8],
    [
      'is made only when all its settings are there',
      { ...before, begins: { kind: 'none', sets: { desiredCount: 4, propagateTags: 'SERVICE' } } },
      [{ ...old, desiredCount: 4 }],
      notMade,
      5,
      8,
    ],
    ['is looked for again after a failed reading', before, ['fails', 'fails', ours], made(ours), 3, 4],
    [
      'is believed after five answers, however many readings fail',
      before,
      ['fails', old, 'fails', old],
      notMade,
      7,
      12,
    ],
    ['is unclear when twelve readings fail', before, ['fails'], unclear, 12, 22],
  ])('%s', async (_, update, readings, found, reads, seconds) => {
    const world = worldOf(readings);
    expect(await findUpdate(world.calling, world.reader, update)).toEqual(found);
    expect(world.asked).toEqual(Array.from({ length: reads }, () => 'main/web'));
    expect(world.seconds()).toBe(seconds);
  });

  it('tells of each reading that fails', async () => {
    const world = worldOf(['fails', ours]);
    await findUpdate(world.calling, world.reader, before);
    expect(world.said).toMatchSnapshot();
  });

  it('is unclear once the run is cancelled', async () => {
    const cancel = new AbortController();
    const world = worldOf([ours], cancel.signal);
    cancel.abort();
    expect(await findUpdate(world.calling, world.reader, before)).toEqual(unclear);
    expect(world.asked).toEqual([]);
  });

  it('is unclear when the cancel comes during a reading', async () => {
    const cancel = new AbortController();
    const world = worldOf([ours], cancel.signal);
    const reader = { until: () => ({ service: () => new Promise(() => cancel.abort()) }) };
    expect(await findUpdate(world.calling, reader as unknown as Reader, before)).toEqual(unclear);
  });

  it('is found by a run that can be cancelled, and is not', async () => {
    const world = worldOf([old, ours], new AbortController().signal);
    expect(await findUpdate(world.calling, world.reader, before)).toEqual(made(ours));
  });
});

describe("somebody else's deployment", () => {
  it.each<[string, BeforeUpdate, Service | undefined, boolean]>([
    ['takes the place of ours when it has our revision', before, ours, true],
    ['does not when it has another', before, theirs, false],
    ['is none when PRIMARY is the one that we saw', before, shows('ecs-svc/1', 'web:2'), false],
    ['is none where the service has gone', before, undefined, false],
    [
      'changes nothing for an update that always begins one',
      { ...before, begins: { kind: 'always' } },
      ours,
      false,
    ],
    ['changes nothing for an update that begins none', setsCount, ours, false],
  ])('%s', async (_, update, service, isTaken) => {
    const world = worldOf([service]);
    expect(await takenByAnother(world.calling, world.reader, update)).toEqual(
      isTaken ? service?.deployments?.[0] : undefined,
    );
  });
});

it('says that it takes a deployment for its own without proof', () => {
  expect(takenForOurs({ id: 'ecs-svc/2' })).toMatchSnapshot();
});
