import type { Change, PlannedService } from '../../src/plan/decide/change.ts';
import { describeKeptImage } from '../../src/plan/show/kept-image.ts';
import { noSettings } from '../../src/service/settings.ts';
import { aServiceState } from './a-service-state.ts';

type Images = Readonly<Record<string, string>>;

function service(name: string, containers: Images, running: Images = containers): PlannedService {
  const documentOf = (images: Images) => ({
    containerDefinitions: Object.entries(images).map(([one, image]) => ({ name: one, image })),
  });
  return {
    seen: { ...aServiceState(), name, taskDefinition: documentOf(running) },
    taskDefinition: { kind: 'register', document: documentOf(containers) },
    update: { kind: 'update', desiredCount: undefined, settings: noSettings, force: false, deploys: true },
    serviceAfter: {},
    findings: [],
  };
}

const web = service('web', { app: 'registry.example/web:1' });
const missing =
  'No image is built: there is no Dockerfile at /checkout/Dockerfile, and the input image is empty.';

describe('a run that puts in no image', () => {
  const noDockerfile: Change['image'] = {
    kind: 'kept',
    why: { kind: 'no-dockerfile', lookedAt: '/checkout/Dockerfile' },
  };

  it.each<[string, Change['image'], readonly PlannedService[], string | undefined]>([
    ['says which image stays', noDockerfile, [web], `${missing} web keeps registry.example/web:1.`],
    [
      'says it of each container and service',
      noDockerfile,
      [web, service('api', { api: 'a:1', proxy: 'b:2' })],
      `${missing} web keeps registry.example/web:1; api keeps a:1 (api), b:2 (proxy).`,
    ],
    [
      'says it of five services at most',
      noDockerfile,
      ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => service(name, { app: 'x:1' })),
      `${missing} a keeps x:1; b keeps x:1; c keeps x:1; d keeps x:1; e keeps x:1; and so do 2 more services.`,
    ],
    [
      'does not call an image kept that a file names instead',
      noDockerfile,
      [
        service(
          'web',
          { app: 'web', proxy: 'b:2', log: 'c:3' },
          { app: 'registry.example/web:1', proxy: 'b:2' },
        ),
      ],
      `${missing} web keeps b:2 (proxy), runs web (app) from the task definition instead of registry.example/web:1, runs c:3 (log) from the task definition.`,
    ],
    [
      'says that nobody wanted one',
      { kind: 'kept', why: { kind: 'build-is-false' } },
      [web],
      'No image is built: build is false, and the input image is empty. web keeps registry.example/web:1.',
    ],
    ['says nothing for a rollback', { kind: 'kept', why: { kind: 'rollback' } }, [web], undefined],
    [
      'is not one that builds',
      { kind: 'to-build', uri: 'web:2', newRepository: undefined },
      [web],
      undefined,
    ],
  ])('%s', (_what, image, services, sentence) => {
    expect(describeKeptImage({ image, services })).toBe(sentence);
  });
});
