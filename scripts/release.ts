// The steps of .github/workflows/release.yml: node scripts/release.ts check|draft|publish VERSION
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeDraft, publishDraft, type ReleaseSource } from './github-releases.ts';
import { notesOf, parseVersion, problemsOfRelease } from './release-notes.ts';

const [step = '', version = ''] = process.argv.slice(2);
const { GITHUB_REF: ref = '' } = process.env;
const changelog = read('CHANGELOG.md');
const { version: packageVersion } = JSON.parse(read('package.json')) as { readonly version: string };

const problems = problemsOfRelease({ version, packageVersion, changelog, ref });
const parsed = parseVersion(version);
const notes = notesOf(changelog, version);
if (problems.length > 0 || parsed === undefined || notes === undefined) {
  console.error(`${version} can't be released:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
  process.exit(1);
}
try {
  switch (step) {
    case 'check':
      console.log(`${version} can be released. Its notes:\n\n${notes}`);
      break;
    case 'draft':
      console.log(`The draft: ${await makeDraft(source(), parsed, notes)}`);
      break;
    case 'publish':
      for (const line of await publishDraft(source(), parsed)) console.log(line);
      break;
    default:
      throw new Error(`${JSON.stringify(step)} isn't a step; use check, draft or publish.`);
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}

function source(): ReleaseSource {
  const {
    GITHUB_API_URL: apiUrl = 'https://api.github.com',
    GITHUB_REPOSITORY: repository = '',
    GITHUB_SHA: sha = '',
    GITHUB_TOKEN: token = '',
  } = process.env;
  return { apiUrl, repository, sha, token };
}

function read(file: string): string {
  return readFileSync(join(import.meta.dirname, '..', file), 'utf8');
}
