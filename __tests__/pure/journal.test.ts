import type { Failure } from '../../src/process/failure.ts';
import { isOpen, openJournal } from '../../src/run/journal.ts';
import { parseWork } from '../../src/run/parse-work.ts';
import type { OpenWork, Work } from '../../src/run/work.ts';
import { manyUpdates } from '../a-large-run.ts';

const web = 'arn:aws:ecs:eu-west-1:1:service/main/web';
const api = 'arn:aws:ecs:eu-west-1:1:service/main/api';

function updateOf(serviceArn: string): Work<'service-update'> {
  return {
    kind: 'service-update',
    clusterArn: 'main',
    serviceArn,
    taskDefinitionArn: 'web:2',
    deploys: true,
    previousDeploymentId: 'ecs-svc/100',
    rollbackTarget: {
      serviceRevisionArn: undefined,
      taskDefinitionArn: 'web:1',
      images: [{ container: 'app', image: 'web:1', digest: undefined }],
      settings: [{ name: 'desired-count', member: 'desiredCount', place: 'service', before: null, after: 2 }],
    },
    rollsBackWhenCutOff: true,
    awaitsHealthCheck: false,
  };
}

const command: Work = { kind: 'docker-command', mark: 'm' };
const config: Work = { kind: 'docker-config', path: '/tmp/a' };
const update = updateOf(web);
const begun = { isRollingBack: false, rollsBackCompleted: false };

/** A journal, and what it has saved: by slot, and every text in the order of saving. */
function journalWith(options: Partial<Parameters<typeof openJournal>[0]> = {}) {
  const saved = new Map<number, string>();
  const texts: string[] = [];
  const save = (slot: number, text: string): void => {
    saved.set(slot, text);
    texts.push(text);
  };
  const journal = openJournal({ save, ...options });
  const read = (): readonly OpenWork[] => [...saved.values()].filter((text) => text !== '').map(parseWork);
  return { journal, saved, texts, read };
}

type Say = (journal: ReturnType<typeof openJournal>) => void;

describe('what is open when the run was cut off', () => {
  it.each<[string, Say, readonly OpenWork[]]>([
    ['at the start: nothing', () => undefined, []],
    [
      'while it looked for Docker: its commands',
      (j) => j.begin(command),
      [{ work: command, progress: begun }],
    ],
    [
      'after it looked for Docker: nothing',
      (j) => {
        j.begin(command);
        j.done('m');
      },
      [],
    ],
    ['while it built: the Docker configuration', (j) => j.begin(config), [{ work: config, progress: begun }]],
    [
      'after it built, during UpdateService: an update to be found',
      (j) => {
        j.begin(config);
        j.done('/tmp/a');
        j.begin(update);
      },
      [{ work: update, progress: begun }],
    ],
    [
      'while it followed: the update with its deployment',
      (j) => {
        j.begin(update);
        j.found(web, 'ecs-svc/200');
      },
      [{ work: update, progress: { ...begun, foundId: 'ecs-svc/200' } }],
    ],
    [
      'while it rolled back: that, too',
      (j) => {
        j.begin(update);
        j.found(web, 'ecs-svc/200');
        j.rollingBack(web, false);
      },
      [{ work: update, progress: { ...begun, foundId: 'ecs-svc/200', isRollingBack: true } }],
    ],
    [
      'while it rolled back what ECS may complete: that it is rolled back all the same',
      (j) => {
        j.begin(update);
        j.rollingBack(web, true);
      },
      [{ work: update, progress: { isRollingBack: true, rollsBackCompleted: true } }],
    ],
    [
      'while it doubted what ECS had completed: that it is rolled back all the same',
      (j) => {
        j.begin(update);
        j.doubting(web);
      },
      [{ work: update, progress: { ...begun, rollsBackCompleted: true } }],
    ],
    [
      'while it rolled back what it doubted: still that',
      (j) => {
        j.begin(update);
        j.doubting(web);
        j.rollingBack(web, false);
      },
      [{ work: update, progress: { isRollingBack: true, rollsBackCompleted: true } }],
    ],
    [
      'after the rollback: nothing',
      (j) => {
        j.begin(update);
        j.rollingBack(web, true);
        j.done(web);
      },
      [],
    ],
    [
      'with one service done and another not: the other, as it stands',
      (j) => {
        j.begin(update);
        j.begin(updateOf(api));
        j.found(api, 'ecs-svc/900');
        j.doubting(web);
        j.done(web);
      },
      [{ work: updateOf(api), progress: { ...begun, foundId: 'ecs-svc/900' } }],
    ],
    [
      'after a second update of a service that was done: the second',
      (j) => {
        j.begin(update);
        j.found(web, 'ecs-svc/200');
        j.done(web);
        j.begin(update);
      },
      [{ work: update, progress: begun }],
    ],
    [
      'by a service that was never updated: nothing',
      (j) => {
        j.found(web, 'ecs-svc/200');
        j.doubting(web);
        j.rollingBack(web, true);
        j.done(web);
      },
      [],
    ],
  ])('%s', (_what, say, expected) => {
    const { journal, read } = journalWith();
    say(journal);
    expect(journal.open()).toEqual(expected);
    expect(read()).toEqual(expected);
  });
});

describe('the journal', () => {
  it('goes on where it was left', () => {
    const before = [{ work: update, progress: begun }];
    const { journal, read } = journalWith({ before });
    expect(journal.open()).toEqual(before);
    journal.found(web, 'ecs-svc/200');
    expect(read()).toEqual([{ work: update, progress: { ...begun, foundId: 'ecs-svc/200' } }]);
  });

  it('keeps each work in a slot of its own, from 1 on, and in the same again', () => {
    const { journal, saved } = journalWith({ before: [{ work: update, progress: begun }] });
    journal.begin(command);
    journal.begin(config);
    journal.begin(update);
    journal.done('m');
    expect([...saved.keys()]).toEqual([2, 3, 1]);
    expect(saved.get(2)).toBe('');
  });

  it('tells which work is open, of any name or of one', () => {
    const { journal } = journalWith();
    expect(isOpen(journal, 'docker-command')).toBe(false);
    journal.begin(command);
    journal.begin(update);
    expect([
      isOpen(journal, 'docker-command'),
      isOpen(journal, 'docker-command', 'm'),
      isOpen(journal, 'docker-command', web),
      isOpen(journal, 'docker-config'),
      isOpen(journal, 'service-update', web),
      isOpen(journal, 'service-update', api),
    ]).toEqual([true, true, false, false, true, false]);
  });

  it('saves each work in one line, as the runner keeps it', () => {
    const { journal, texts } = journalWith();
    journal.begin({ kind: 'docker-config', path: '/tmp/a\nb' });
    expect(texts.join('')).not.toContain('\n');
  });

  const broken = (): never => {
    throw new Error('disk full');
  };

  it.each([command, config, update])('that cannot be saved does not let $kind begin', (work) => {
    const { journal } = journalWith({ save: broken, saveIfPossible: () => undefined });
    expect(() => journal.begin(work)).toThrow('disk full');
    expect(journal.open()).toEqual([]);
  });

  it('that cannot be saved goes on with what has begun', () => {
    const tried: string[] = [];
    const { journal } = journalWith({
      save: broken,
      saveIfPossible: (_slot, text) => tried.push(text),
      before: [{ work: update, progress: begun }],
    });
    journal.found(web, 'ecs-svc/200');
    journal.doubting(web);
    journal.rollingBack(web, false);
    expect(journal.open()).toHaveLength(1);
    journal.done(web);
    expect(journal.open()).toEqual([]);
    expect(tried.map((text) => text === '')).toEqual([false, false, false, true]);
  });
});

describe('what is saved for 200 services with three containers each', () => {
  it('fits into what a process can be started with', () => {
    const { journal, saved, texts } = journalWith();
    for (const work of manyUpdates) {
      journal.begin(work);
      journal.found(work.serviceArn, 'ecs-svc/1234567890123456790');
      journal.rollingBack(work.serviceArn, true);
    }
    const sizes = [...saved.values()].map((text) => text.length);
    expect(sizes).toHaveLength(200);
    // One variable: 32,767 characters on Windows, 128 KiB on Linux.
    expect(Math.max(...sizes)).toBeLessThan(3000);
    // Arguments and environment together: 1 MiB on macOS, 2 MiB on Linux.
    expect(sizes.reduce((sum, size) => sum + size)).toBeLessThan(512 * 1024);
    // Each change writes one work, and not all of them again.
    expect(texts.join('').length).toBeLessThan(3 * 512 * 1024);
    for (const work of manyUpdates) journal.done(work.serviceArn);
    expect([...saved.values()].join('')).toBe('');
  });
});

describe('a saved work', () => {
  const good: OpenWork = { work: update, progress: { ...begun, foundId: 'ecs-svc/200' } };
  const without = (place: 'work' | 'progress', name: string): unknown => ({
    ...good,
    [place]: { ...good[place], [name]: undefined },
  });
  const target = (members: object): unknown => ({
    ...good,
    work: { ...update, rollbackTarget: { ...update.rollbackTarget, ...members } },
  });

  const setting = { name: 'maximum-percent', member: 'maximumPercent', before: 200, after: 150 };
  const inConfiguration: Work = {
    ...update,
    rollbackTarget: {
      serviceRevisionArn: 'r1',
      taskDefinitionArn: 'web:1',
      images: [],
      settings: [{ ...setting, place: 'deploymentConfiguration' }],
    },
  };

  it.each([command, config, update, { ...update, rollbackTarget: undefined }, inConfiguration])(
    'is read as it was: $kind',
    (work) => {
      const one = { work, progress: begun };
      expect(parseWork(JSON.stringify(one))).toEqual(one);
    },
  );

  it.each<[string, unknown]>([
    ['null', null],
    ['a list, as an earlier version saved', [{ kind: 'docker-config', path: '/tmp/a' }]],
    ['a work alone', update],
    ['no progress', { work: update }],
    ['no work', { progress: begun }],
    ['an unknown kind', { work: { ...update, kind: 'update' }, progress: begun }],
    ['a kind that every object has', { work: { kind: 'toString' }, progress: begun }],
    ['the members of another kind', { work: { kind: 'docker-command', path: '/tmp/a' }, progress: begun }],
    ['a member too many', { ...good, work: { ...update, region: 'eu-west-1' } }],
    ['another part', { ...good, more: true }],
    ...[
      'clusterArn',
      'serviceArn',
      'taskDefinitionArn',
      'deploys',
      'rollsBackWhenCutOff',
      'awaitsHealthCheck',
    ].map((name): [string, unknown] => [`no ${name}`, without('work', name)]),
    ['no isRollingBack', without('progress', 'isRollingBack')],
    ['no rollsBackCompleted', without('progress', 'rollsBackCompleted')],
    ['a text for a flag', { ...good, progress: { ...begun, isRollingBack: 'false' } }],
    ['a number for an id', { ...good, progress: { ...begun, foundId: 200 } }],
    ['a target without a task definition', target({ taskDefinitionArn: undefined })],
    ['a target whose images are no list', target({ images: {} })],
    ['a target with an image without a container', target({ images: [{ image: 'web:1' }] })],
    [
      'a target with one good image and one without a container',
      target({ images: [{ container: 'app', image: 'web:1' }, { image: 'web:1' }] }),
    ],
    ['a kind that is no text', { work: { kind: ['docker-command'], mark: 'm' }, progress: begun }],
    [
      'a target with a setting without its value before',
      target({ settings: [{ name: 'a', member: 'a', place: 'service', after: 1 }] }),
    ],
    [
      'a target with a setting at no known place',
      target({ settings: [{ name: 'a', member: 'a', place: 'cluster', before: 1, after: 1 }] }),
    ],
  ])('is refused: %s', (_what, saved) => {
    expect(() => parseWork(JSON.stringify(saved))).toThrow(
      'it is no work that this version of the action saves',
    );
  });

  it('that is cut off is refused', () => {
    const text = JSON.stringify(good);
    expect(() => parseWork(text.slice(0, -9))).toThrow(SyntaxError);
  });
});

describe('a journal as large as a runner can hand on', () => {
  const long = (at: number): Work => ({ ...updateOf(`${web}-${at}`), taskDefinitionArn: 'x'.repeat(2000) });

  it('refuses one more update, and takes it when another is done', () => {
    const { journal, texts } = journalWith();
    let open = 0;
    const begin = (): void => {
      for (; open < 1000; open++) journal.begin(long(open));
    };
    expect(begin).toThrow(
      /^This run has as many updates in flight \(\d+\) as a runner can hand to the post phase/,
    );
    expect({ open: journal.open().length, saved: texts.length }).toEqual({ open, saved: open });
    // A usual update is 1 to 3 KiB, and an input allows 500 services.
    expect(open).toBeGreaterThan(500);
    journal.done(`${web}-0`);
    journal.begin(long(open));
    expect(journal.open()).toHaveLength(open);
  });
});

describe('what the journal can hold', () => {
  const most = 1536 * 1024;
  /** A work whose saved text has that many characters. */
  const workOf = (characters: number): Work => {
    const bare = JSON.stringify({ work: { kind: 'docker-command', mark: '' }, progress: begun }).length;
    return { kind: 'docker-command', mark: 'm'.repeat(characters - bare) };
  };

  it('is as much as a runner can hand on, and no more', () => {
    const { journal } = journalWith();
    journal.begin(workOf(most));
    journal.begin(workOf(most));
    expect(journal.open()).toHaveLength(1);
    let refusal: unknown;
    try {
      journal.begin(command);
    } catch (error) {
      refusal = error;
    }
    const { code, fault, message, advice } = refusal as Failure;
    expect({ code, fault, message, advice }).toMatchSnapshot();
  });
});
