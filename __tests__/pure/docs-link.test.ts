import { withDocsLinks } from '../../src/text/docs-link.ts';

const environment = { GITHUB_ACTION_REPOSITORY: 'acme/fargate-deploy', GITHUB_ACTION_REF: 'v1' };
const page = 'https://github.com/acme/fargate-deploy/blob/v1/docs/inputs.md';

it.each([
  ['See docs/inputs.md#task-definition', `See ${page}#task-definition`],
  ['See docs/inputs.md, docs/inputs.md#image.', `See ${page}, ${page}#image.`],
  ['docs/inputs.md<span>&#35;</span>image', `${page}#image`],
  ['my/docs/inputs.md', 'my/docs/inputs.md'],
  ['docs/task.json', 'docs/task.json'],
])('%s becomes %s', (text, linked) => {
  expect(withDocsLinks(text, environment)).toBe(linked);
  expect(withDocsLinks(linked, environment)).toBe(linked);
});

it.each([
  ['a code block', '```text\nSee docs/inputs.md\n```\n'],
  ['a code block with a longer fence', '````text\n```\nSee docs/inputs.md\n```\n````\n'],
  ['a line behind a bar', '  | See docs/inputs.md'],
  ['a row of a table', '| 1 | See docs/inputs.md |'],
  ['words in quotation marks', 'Its log says: “See docs/inputs.md”.'],
])('leaves %s alone, and links what comes after it', (_, quote) => {
  expect(withDocsLinks(`${quote}\nSee docs/inputs.md`, environment)).toBe(`${quote}\nSee ${page}`);
});

it("leads to the runner's own server", () => {
  expect(withDocsLinks('docs/plan.md', { ...environment, GITHUB_SERVER_URL: 'https://ghe.example' })).toBe(
    'https://ghe.example/acme/fargate-deploy/blob/v1/docs/plan.md',
  );
});

it.each([
  {},
  { ...environment, GITHUB_ACTION_REPOSITORY: '' },
  { ...environment, GITHUB_ACTION_REF: '' },
  { ...environment, GITHUB_ACTION_REPOSITORY: 'a/b/c' },
  { ...environment, GITHUB_ACTION_REF: 'v1) ![x](y' },
])('leaves the path alone without the repository of the action: %j', (other) => {
  expect(withDocsLinks('See docs/inputs.md', other)).toBe('See docs/inputs.md');
});
