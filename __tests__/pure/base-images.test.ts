import { registriesRead } from '../../src/image/source/base-images.ts';
import { readDockerfile } from '../../src/image/source/dockerfile.ts';
import { buildInputs } from './a-build.ts';

const one = '111122223333.dkr.ecr.eu-west-1.amazonaws.com';
const other = '444455556666.dkr.ecr.us-east-1.amazonaws.com';

it.each<[string, string, Partial<typeof buildInputs>, readonly string[]]>([
  ['a base image', `FROM ${one}/base:1`, {}, [one]],
  ['a base image with a platform', `FROM --platform=linux/amd64 ${one}/base:1 AS a`, {}, [one]],
  ['an argument', `ARG REGISTRY=${one}\nFROM \${REGISTRY}/base:1`, {}, [one]],
  [
    'an argument that is given',
    'ARG REGISTRY\nFROM $REGISTRY/base',
    { buildArgs: [`REGISTRY=${other}`] },
    [other],
  ],
  [
    'an argument of the environment',
    'ARG REGISTRY\nFROM $REGISTRY/base',
    { buildArgs: ['REGISTRY'] },
    [other],
  ],
  ['an argument with a default', `FROM \${BASE:-${one}/base}`, {}, [one]],
  [
    'a copy and a mount',
    `FROM a\nCOPY --from=${one}/a /a /a\nRUN --mount=type=bind,from=${other}/b:1,target=/b x`,
    {},
    [one, other],
  ],
  [
    'stages and other registries',
    'FROM node AS a\nFROM a\nCOPY --from=a / /\nCOPY --from=ghcr.io/x/y / /',
    {},
    [],
  ],
  ['a build context', '', { buildContexts: [`base=docker-image://${one}/base:1`, 'docs=../docs'] }, [one]],
  ['caches', '', { cacheFrom: [`type=registry,ref=${one}/cache:a`, `${other}/cache`] }, [one, other]],
  ['a host that only looks so', 'FROM 111122223333.dkr.ecr.eu-west-1.amazonaws.com.example.org/base', {}, []],
  ['an argument that grows', `ARG A=${'x'.repeat(100)}\nARG B=${'$A'.repeat(400)}\nFROM $B/${one}`, {}, []],
])('a build reads from ECR: %s', (_what, text, given, hosts) => {
  const environment = { REGISTRY: other };
  const read = registriesRead(readDockerfile(text), { ...buildInputs, ...given }, environment);
  expect(read.map(({ host }) => host)).toEqual(hosts);
});
