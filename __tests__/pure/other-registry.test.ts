import { findRepository } from '../../src/image/registry/find-repository.ts';
import { systemClock } from '../../src/process/clock.ts';

const aws = { ecr: () => Promise.reject(new Error('ECR was asked.')) };
const calling = { clock: systemClock, say: () => undefined };
const digest = `sha256:${'0'.repeat(64)}`;

describe.each(['ghcr.io/team/web', 'public.ecr.aws/team/web', 'docker.io/team/web'])('%s', (text) => {
  const find = () =>
    findRepository({ aws, calling, text, create: { settings: {}, lifecyclePolicy: undefined } });

  it('is a repository that nobody is asked about', async () => {
    const repository = await find();
    expect(repository.uri).toBe(text);
    expect(await repository.readImage(digest)).toBeUndefined();
    expect(await repository.readImages([digest, 'latest'])).toBeUndefined();
  });

  it('has no login, cache or scan of this action, and is not created by it', async () => {
    const { login, keepsCaches, notAsked, cannotCreate, toCreate, createIfMissing, isImmutable } =
      await find();
    expect({ login, keepsCaches, notAsked, cannotCreate, toCreate }).toEqual({
      login: undefined,
      keepsCaches: false,
      notAsked: `${text} is not in ECR`,
      cannotCreate: `${text} is not in ECR`,
      toCreate: undefined,
    });
    const said: string[] = [];
    const say = (line: string): void => void said.push(line);
    await createIfMissing({ say, warning: say });
    expect(said).toEqual([]);
    expect(isImmutable('latest')).toBe(false);
  });
});

it.each(['111122223333.dkr.ecr.eu-central-1.amazonaws.com/web', 'registry.example.com/web', 'web'])(
  '%s may be in ECR, which is asked',
  async (text) => {
    await expect(findRepository({ aws, calling, text, create: undefined })).rejects.toThrow('ECR was asked.');
  },
);

it.each(['ghcr.io/team/web:v1', `ghcr.io/team/web@${digest}`, 'Not A Repository'])(
  '%s names no repository',
  async (text) => {
    await expect(findRepository({ aws, calling, text, create: undefined })).rejects.toMatchObject({
      code: 'input-invalid',
    });
  },
);
