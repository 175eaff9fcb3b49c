import { isSame } from '../../src/task-definition/canonical-form.ts';
import { type Origin, originOf, originOfRun, withOrigin } from '../../src/task-definition/provenance.ts';

const origin: Origin = {
  commit: '0123456789abcdef0123456789abcdef01234567',
  run: 'https://github.com/octo-org/web/actions/runs/1000',
  repository: 'octo-org/web',
};
const own = { key: 'team', value: 'shop' };

it('is written as tags beside those of the document, and read back', () => {
  const marked = withOrigin({ family: 'web', tags: [own] }, origin);
  expect(marked).toEqual({
    family: 'web',
    tags: [
      own,
      { key: 'fargate-deploy:commit', value: origin.commit },
      { key: 'fargate-deploy:run', value: origin.run },
      { key: 'fargate-deploy:repository', value: origin.repository },
    ],
  });
  expect(originOf(marked)).toEqual(origin);
});

it('takes the place of an older one', () => {
  const older = withOrigin({ tags: [own] }, { ...origin, commit: 'f'.repeat(40) });
  expect(withOrigin(older, origin)).toEqual(withOrigin({ tags: [own] }, origin));
  expect(withOrigin(older, { commit: undefined, run: undefined, repository: undefined })).toEqual({
    tags: [own],
  });
});

it('does not make a revision another one', () => {
  const document = { family: 'web', containerDefinitions: [] };
  expect(isSame(document, withOrigin(document, origin))).toBe(true);
  expect(isSame(document, { ...document, tags: [own] })).toBe(false);
});

it.each([['a\u0000b'], ['x'.repeat(257)], ['<script>'], ['']])(
  'leaves out what ECS takes as no value: %j',
  (run) => {
    expect(originOf(withOrigin({}, { ...origin, run }))).toEqual({ ...origin, run: undefined });
  },
);

it('leaves a document without room as it is', () => {
  const tags = Array.from({ length: 48 }, (_, index) => ({ key: `k${index}`, value: '' }));
  expect(withOrigin({ tags }, origin)).toEqual({ tags });
});

it('is that of the run, and nothing outside a workflow', () => {
  const environment = {
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_REPOSITORY: 'octo-org/web',
    GITHUB_RUN_ID: '1000',
  };
  expect(originOfRun(environment)).toEqual({ run: origin.run, repository: origin.repository });
  expect(originOfRun({})).toEqual({ run: undefined, repository: undefined });
});
