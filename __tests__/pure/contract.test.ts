import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { readInputs } from '../../src/inputs/inputs.ts';
import { checkNames } from '../../src/plan/preflight/findings.ts';
import { outputsOf, outputsOfFailure } from '../../src/report/outputs.ts';

interface Manifest {
  readonly name: string;
  readonly description: string;
  readonly runs: Readonly<Record<string, string>>;
  readonly branding: Readonly<Record<string, string>>;
  readonly inputs: Readonly<
    Record<string, { readonly description?: string; readonly required?: boolean; readonly default?: string }>
  >;
  readonly outputs: Readonly<Record<string, { readonly description?: string }>>;
}

const root = new URL('../../', import.meta.url);
const manifest = parse(readFileSync(new URL('action.yml', root), 'utf8')) as Manifest;

/** The environment that a runner makes of the inputs given and of the defaults of action.yml. */
function asRunner(given: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(manifest.inputs).map(([name, { default: standard }]) => [
      `INPUT_${name.replaceAll(' ', '_').toUpperCase()}`,
      // A runner evaluates an expression; here it has no value.
      given[name] ?? standard?.replaceAll(/\$\{\{.*?\}\}/g, '') ?? '',
    ]),
  );
}

describe('action.yml', () => {
  it('has exactly the inputs that are read', () => {
    const names = new Set<string>();
    const environment = new Proxy<Record<string, string>>(
      { INPUT_SERVICE: 'web' },
      {
        get: (target, name) => {
          names.add(String(name));
          return target[String(name)];
        },
      },
    );
    readInputs(environment, checkNames);
    expect([...names].toSorted()).toEqual(Object.keys(asRunner({})).toSorted());
  });

  it('has the defaults that the code has', () => {
    expect(readInputs(asRunner({ service: 'web' }), checkNames)).toEqual(
      readInputs({ INPUT_SERVICE: 'web' }, checkNames),
    );
  });

  it('has texts for defaults: what a runner hands over is text', () => {
    const defaults = Object.values(manifest.inputs).map((input) => input.default);
    expect(defaults.filter((value) => value !== undefined && typeof value !== 'string')).toEqual([]);
  });

  it('requires the service alone', () => {
    const required = Object.entries(manifest.inputs).filter(([, input]) => input.required === true);
    expect(required.map(([name]) => name)).toEqual(['service']);
  });

  it('has exactly the outputs that are set', () => {
    const outputs = outputsOf({ outcomes: [], image: undefined, durationSeconds: 0 });
    expect(Object.keys(manifest.outputs)).toEqual(Object.keys(outputs));
    const ofFailure = outputsOfFailure('failed', 'unexpected', '', 0);
    expect(Object.keys(ofFailure)).toEqual(Object.keys(outputs));
  });

  it.each([...Object.entries(manifest.inputs), ...Object.entries(manifest.outputs)])(
    'describes %s in a sentence',
    (_name, { description }) => {
      expect(description).toMatch(/^[A-Za-z][^]{10,}\.$/);
    },
  );

  it('runs the step and its post, each by a program of its own, on Node.js 24', () => {
    expect(manifest.runs).toEqual({
      using: 'node24',
      main: 'dist/index.js',
      post: 'dist/post.js',
      'post-if': 'always()',
    });
  });
});
