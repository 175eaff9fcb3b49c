import { tagsOf } from '../../src/image/registry/tags.ts';

const commit = '0123456789012345678901234567890123456789';
const identity = 'build-0123456789abcdef';
const repository = '127.0.0.1:5000/team/web';

describe('the tags of a build', () => {
  it.each([
    ['the commit alone', commit, [], [identity, commit]],
    ['the commit first', commit, ['latest', 'v1'], [identity, commit, 'latest', 'v1']],
    ['each once', commit, ['v1', commit, 'v1'], [identity, commit, 'v1']],
    ['full references of the repository', commit, [`${repository}:v2`], [identity, commit, 'v2']],
    ['no commit', undefined, ['v1'], [identity, 'v1']],
    ['no commit and no tags', undefined, [], [identity]],
  ])('%s', (_, of, asked, tags) => {
    expect(tagsOf({ identity, commit: of, asked, repository })).toEqual({ tags, problems: [] });
  });

  it.each([
    ['another repository', ['ghcr.io/team/web:v1'], [/ghcr\.io\/team\/web:v1 is in another repository/]],
    ['another port', ['127.0.0.1:5001/team/web:v1'], [/is in another repository/]],
    ['no tag in it', [repository], [/has no tag/]],
    ['a digest', [`${repository}:v1@sha256:${'0'.repeat(64)}`], [/has a digest/]],
    ['no tag at all', ['-v1', 'ok', 'a b'], [/-v1 is not a tag/, /a b is not a tag/]],
  ])('refuses %s', (_, asked, problems) => {
    expect(tagsOf({ identity, commit, asked, repository }).problems).toEqual(
      problems.map((pattern) => expect.stringMatching(pattern)),
    );
  });
});
