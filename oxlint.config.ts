import { posix } from 'node:path';
import { defineConfig, type OxlintOverride } from 'oxlint';

/**
 * The folders of src/ and of local/, lowest first: a file imports from its own folder and from those before it, types
 * too. The files beside the folders are above all of them. docs/architecture.md says what each folder is for.
 */
export const folders: Readonly<Record<'src' | 'local', readonly string[]>> = {
  src: [
    'text',
    'process',
    'reference',
    'exchange',
    'aws',
    'aws/raw',
    'docker',
    'github',
    'task-definition',
    'inputs',
    'sign-in',
    'run',
    'service',
    'image/registry',
    'image/source',
    'image/build',
    'image/copy',
    'image',
    'deployment/observe',
    'deployment/diagnose',
    'deployment',
    'deployment/rollback',
    'deployment/follow',
    'deployment/timeline',
    'plan/rules',
    'plan/decide',
    'plan/preflight',
    'plan/show',
    'rollback',
    'report',
    'operations',
  ],
  local: [
    'base',
    'server',
    'docker',
    'logs',
    'ecr',
    'runtime',
    'runtime/docker',
    'runtime/simulated',
    'elb',
    'ecs/model',
    'ecs/rules',
    'ecs/tasks',
    'ecs/rollout',
    'ecs/stages',
    'ecs/scheduler',
    'ecs/operations',
    'ecs',
    'functions',
    'account-services',
    'sts',
    'github',
    'view',
  ],
};

/** Only `find-repository.ts` tells registries apart: everything outside the folder works with the port, `repository.ts`. */
const insideRegistry = {
  regex: String.raw`/(ecr|other)-[^/]+\.ts$`,
  message: 'Files of one registry stay inside src/image/registry: use repository.ts.',
};

/** Refuses each folder every import from a folder above it, and from the files beside the folders. */
function importDownOnly(house: keyof typeof folders): OxlintOverride[] {
  return folders[house].map((folder, index) => {
    const above = ['', ...folders[house].slice(index + 1)].map((target) => {
      const path = posix.relative(`/${folder}`, `/${target}`);
      return (path.startsWith('.') ? path : `./${path}`).replaceAll('.', String.raw`\.`);
    });
    const pattern = {
      regex: String.raw`^(${above.join('|')})/[^/]+\.ts$`,
      message: `${house}/${folder} imports only from the folders below it: see the list in oxlint.config.ts.`,
    };
    const patterns = house === 'src' && folder !== 'image/registry' ? [pattern, insideRegistry] : [pattern];
    return {
      files: [`${house}/${folder}/*.ts`],
      rules: { 'no-restricted-imports': ['error', { patterns }] },
    };
  });
}

export default defineConfig({
  plugins: ['typescript', 'unicorn', 'import', 'jest', 'promise'],
  categories: {
    correctness: 'error',
    suspicious: 'error',
    perf: 'warn',
  },
  env: {
    node: true,
    es2024: true,
  },
  ignorePatterns: ['/dist', '/build', '/.cache', '/reports'],
  rules: {
    'typescript/no-explicit-any': 'error',
    'typescript/no-non-null-assertion': 'error',
    'typescript/no-floating-promises': 'error',
    'typescript/no-misused-promises': 'error',
    'typescript/switch-exhaustiveness-check': [
      'error',
      {
        considerDefaultExhaustiveForUnions: true,
      },
    ],
    'typescript/consistent-type-imports': 'error',
    'import/no-default-export': 'error',
    'no-console': 'off',
    'no-await-in-loop': 'off',
    'unicorn/no-await-expression-member': 'off',
    'jest/valid-expect': 'error',
    'jest/no-disabled-tests': 'error',
    'jest/no-standalone-expect': 'off',
    'jest/expect-expect': 'off',
    'unicorn/consistent-function-scoping': 'off',
    'promise/always-return': 'off',
    'typescript/no-unsafe-type-assertion': 'off',
  },
  overrides: [
    // Jest loads a reporter by its default export.
    { files: ['scripts/test-reporter.ts'], rules: { 'import/no-default-export': 'off' } },
    { files: ['src/**', 'local/**'], rules: { 'import/no-cycle': ['error', { ignoreTypes: false }] } },
    { files: ['src/*.ts'], rules: { 'no-restricted-imports': ['error', { patterns: [insideRegistry] }] } },
    ...importDownOnly('src'),
    ...importDownOnly('local'),
  ],
});
