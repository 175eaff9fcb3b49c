import { ruleFor } from '../../src/image/registry/pull-through.ts';

const rules = ['hub', 'hub/library', 'quay'].map((prefix) => ({
  ecrRepositoryPrefix: prefix,
  upstreamRegistryUrl: `${prefix}.example`,
}));
const root = { ecrRepositoryPrefix: 'ROOT', upstreamRegistryUrl: 'root.example' };

it.each([
  ['hub/team/web', rules, 'hub'],
  ['hub/library/nginx', rules, 'hub/library'],
  ['hub/library/nginx', [root, ...rules], 'hub/library'],
  ['team/web', [root, ...rules], 'ROOT'],
  ['web', [root], 'ROOT'],
  ['hubs/web', rules, undefined],
  ['hub', rules, undefined],
  ['web', [], undefined],
])('the rule for %s', (repository, given, prefix) => {
  expect(ruleFor(given, repository)).toEqual(
    prefix === undefined
      ? { kind: 'none' }
      : { kind: 'rule', prefix, upstream: `${prefix.replace('ROOT', 'root')}.example` },
  );
});
