import {
  type Entry,
  openJournal,
  parseJournal,
  type Unfinished,
  type Update,
  unfinished,
} from '../../src/run/journal.ts';

const web = 'arn:aws:ecs:eu-west-1:1:service/main/web';
const api = 'arn:aws:ecs:eu-west-1:1:service/main/api';

function updateOf(serviceArn: string): Update {
  return {
    region: undefined,
    cluster: 'main',
    serviceArn,
    taskDefinitionArn: 'web:2',
    deploys: true,
    previousDeploymentId: 'ecs-svc/100',
    rollbackTarget: { serviceRevisionArn: undefined, images: [], taskDefinitionArn: 'web:1', settings: [] },
    rollsBackWhenCutOff: true,
    awaitsHealthCheck: false,
  };
}

const look: Entry = { kind: 'docker-look', mark: 'm' };
const looked: Entry = { kind: 'docker-look-ended', mark: 'm' };
const config: Entry = { kind: 'docker-config', path: '/tmp/a' };
const removed: Entry = { kind: 'docker-config-removed', path: '/tmp/a' };
const update: Entry = { kind: 'update', update: updateOf(web) };
const deployment: Entry = { kind: 'deployment', serviceArn: web, deploymentId: 'ecs-svc/200' };
const watching: Entry = { kind: 'watching', serviceArn: web };
const undo: Entry = { kind: 'rollback', serviceArn: web };
const settled: Entry = { kind: 'settled', serviceArn: web };

const nothing: Unfinished = { dockerLooks: [], dockerConfigs: [], rollouts: [] };
const rollout = {
  update: updateOf(web),
  deploymentId: undefined,
  rollbackBegun: false,
  rollsBackCompleted: false,
};
const known = { ...rollout, deploymentId: 'ecs-svc/200' };

describe('what is unfinished when the run was cut off', () => {
  it.each<[string, Entry[], Unfinished]>([
    ['at the start: nothing', [], nothing],
    ['while it looked for Docker: its commands', [look], { ...nothing, dockerLooks: ['m'] }],
    ['after it looked for Docker: nothing', [look, looked], nothing],
    ['while it built: the Docker configuration', [config], { ...nothing, dockerConfigs: ['/tmp/a'] }],
    ['after it built: nothing', [config, removed], nothing],
    [
      'during UpdateService: a rollout to be found',
      [config, removed, update],
      { ...nothing, rollouts: [rollout] },
    ],
    [
      'while it followed: the rollout',
      [config, removed, update, deployment],
      { ...nothing, rollouts: [known] },
    ],
    [
      'while it undid: the rollout, and that its undo has begun',
      [update, deployment, undo],
      { ...nothing, rollouts: [{ ...known, rollbackBegun: true }] },
    ],
    [
      'while it undid what ECS may complete: that it is undone all the same',
      [update, deployment, { ...undo, rollsBackCompleted: true }],
      { ...nothing, rollouts: [{ ...known, rollbackBegun: true, rollsBackCompleted: true }] },
    ],
    [
      'while it watched what ECS had completed: that it is undone all the same',
      [update, deployment, watching],
      { ...nothing, rollouts: [{ ...known, rollsBackCompleted: true }] },
    ],
    [
      'while it watched one of two services: that of this one alone',
      [update, deployment, { ...watching, serviceArn: api }],
      { ...nothing, rollouts: [known] },
    ],
    [
      'before health-check-url had answered: that it is undone, though ECS completes it',
      [{ kind: 'update', update: { ...updateOf(web), awaitsHealthCheck: true } }, deployment],
      {
        ...nothing,
        rollouts: [
          { ...known, update: { ...updateOf(web), awaitsHealthCheck: true }, rollsBackCompleted: true },
        ],
      },
    ],
    [
      'after health-check-url had answered: nothing',
      [{ kind: 'update', update: { ...updateOf(web), awaitsHealthCheck: true } }, deployment, settled],
      nothing,
    ],
    ['after a watch that ended well: nothing', [update, deployment, watching, settled], nothing],
    [
      'while it undid what it could not find: the same',
      [update, undo],
      { ...nothing, rollouts: [{ ...rollout, rollbackBegun: true }] },
    ],
    ['after the undo: nothing', [update, deployment, undo, settled], nothing],
    ['after a good end: nothing', [config, removed, update, deployment, settled], nothing],
    ['after ECS refused the update: nothing', [update, settled], nothing],
    [
      'with one service done and another not: the other',
      [
        update,
        { kind: 'update', update: updateOf(api) },
        { kind: 'deployment', serviceArn: api, deploymentId: 'ecs-svc/900' },
        deployment,
        settled,
      ],
      {
        ...nothing,
        rollouts: [
          {
            update: updateOf(api),
            deploymentId: 'ecs-svc/900',
            rollbackBegun: false,
            rollsBackCompleted: false,
          },
        ],
      },
    ],
    [
      'with several, each in its own state',
      [update, { kind: 'update', update: updateOf(api) }, undo, config, { ...removed, path: '/tmp/b' }],
      {
        ...nothing,
        dockerConfigs: ['/tmp/a'],
        rollouts: [
          { ...rollout, rollbackBegun: true },
          { update: updateOf(api), deploymentId: undefined, rollbackBegun: false, rollsBackCompleted: false },
        ],
      },
    ],
    ['by a service that was never updated: nothing', [settled, deployment, undo], nothing],
  ])('%s', (_what, entries, expected) => {
    expect(unfinished(entries)).toEqual(expected);
  });
});

describe('the journal', () => {
  const all = [config, removed, update, deployment, watching, undo, settled];

  it('has saved each entry, with all before it, once it is noted, and nothing when nothing is open', () => {
    const saved: string[] = [];
    const journal = openJournal({ save: (text) => saved.push(text) });
    for (const entry of all) journal.note(entry);
    expect(saved.map(parseJournal)).toEqual(
      all.map((_, index) => (index === 1 || index === 6 ? [] : all.slice(0, index + 1))),
    );
    expect(journal.entries).toEqual(all);
  });

  it('goes on where it was left', () => {
    let saved = '';
    const journal = openJournal({ save: (text) => (saved = text), before: [update] });
    journal.note(deployment);
    expect(parseJournal(saved)).toEqual([update, deployment]);
  });

  it('is in one line, as the runner keeps it', () => {
    let saved = '';
    openJournal({ save: (text) => (saved = text) }).note({ kind: 'docker-config', path: '/tmp/a\nb' });
    expect(saved).not.toContain('\n');
  });

  const broken = () => {
    throw new Error('disk full');
  };

  it.each([look, config, update])(
    'that cannot be saved does not let $kind begin, and forgets it',
    (entry) => {
      const journal = openJournal({ save: broken, saveIfPossible: () => undefined });
      expect(() => journal.note(entry)).toThrow('disk full');
      expect(journal.entries).toEqual([]);
    },
  );

  it.each([looked, removed, deployment, watching, undo, settled])(
    'that cannot be saved goes on with $kind',
    (entry) => {
      const tried: string[] = [];
      const journal = openJournal({
        save: broken,
        saveIfPossible: (text) => tried.push(text),
        before: [update],
      });
      journal.note(entry);
      expect(journal.entries).toEqual([update, entry]);
      expect(tried).toHaveLength(1);
    },
  );
});
