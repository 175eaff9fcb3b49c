import { RegisterTaskDefinitionRequest$ } from '@aws-sdk/client-ecs';
import * as fc from 'fast-check';
import type { Change } from '../../src/plan/decide/change.ts';
import { findingLine } from '../../src/plan/preflight/findings.ts';
import { requirementsOf } from '../../src/plan/preflight/requirements.ts';
import { checkRules } from '../../src/plan/rules/all.ts';
import { planOf } from '../../src/plan/show/plan.ts';
import { planLines, planSummary } from '../../src/report/plan.ts';
import { noSettings } from '../../src/service/settings.ts';
import { type Shape, shapeOf } from '../../src/task-definition/document-shape.ts';
import { isJsonObject, type Json, type JsonObject } from '../../src/text/json.ts';

/** Documents as ECS describes them, with every value of another kind here and there. */
const junk: fc.Arbitrary<Json> = fc
  .jsonValue({ maxDepth: 2 })
  .map((value): Json => JSON.parse(JSON.stringify(value)));
const words = [
  '',
  'app',
  'web',
  'FARGATE',
  'awsvpc',
  '256',
  'HEALTHY',
  'awslogs',
  'nofile',
  '__proto__',
  'a\n::error::b',
];

/** @param text what stands where ECS takes text */
function valueOf(shape: Shape, text: fc.Arbitrary<string>, path: readonly string[] = []): fc.Arbitrary<Json> {
  return fc.oneof(
    { weight: 14, arbitrary: fitting() },
    { weight: 1, arbitrary: fc.oneof(junk, fc.constant(null)) },
  );

  function fitting(): fc.Arbitrary<Json> {
    switch (shape.kind) {
      case 'text':
        return text;
      case 'number':
        return fc.integer({ min: -1, max: 100_000 });
      case 'boolean':
        return fc.boolean();
      case 'list':
        return fc.array(valueOf(shape.each(), text, path), { maxLength: path.length > 3 ? 1 : 3 });
      case 'map':
        return fc.dictionary(
          fc.constantFrom('a', '__proto__', 'awslogs-group'),
          valueOf(shape.each(), text, path),
        );
      case 'structure':
        return fc.record(
          Object.fromEntries(
            [...shape.members].map(([name, inner]) => [
              name,
              valueOf(inner(), isSecret(name, path) ? fc.constant('hunter2') : text, [...path, name]),
            ]),
          ),
          { requiredKeys: [] },
        );
      default:
        return junk;
    }
  }
}

/** Values of variables, and in secrets what is no reference. */
function isSecret(name: string, path: readonly string[]): boolean {
  return name === 'valueFrom' || (name === 'value' && path.at(-1) === 'environment');
}

const document = valueOf(shapeOf(RegisterTaskDefinitionRequest$), fc.constantFrom(...words)).filter(
  isJsonObject,
);

/** What a plan of such a change shows in all its forms, the log's lines one by one. */
function planned(before: JsonObject, after: JsonObject, service: JsonObject): readonly string[] {
  const findings = checkRules({ service, document: after }, { service, document: before });
  // Only these parts of it are looked at.
  const change = {
    image: { kind: 'kept', why: { kind: 'rollback' } },
    services: [
      {
        seen: {
          name: 'web',
          arn: 'arn:aws:ecs:us-east-1:111122223333:service/main/web',
          service: { desiredCount: 1 },
          document: service,
          taskDefinition: before,
          taskDefinitionArn: 'arn:aws:ecs:us-east-1:111122223333:task-definition/web:1',
          primary: { runningCount: 0 },
        },
        taskDefinition: { kind: 'register', document: after },
        update: {
          kind: 'update',
          settings: noSettings,
          force: false,
          deploys: true,
          desiredCount: undefined,
        },
        serviceAfter: service,
        findings,
      },
    ],
  } as unknown as Change;
  requirementsOf(change);
  const plan = planOf(change, []);
  const lines = [...planLines(plan), ...findings.map(findingLine)];
  return [...lines, JSON.stringify(plan), JSON.stringify(planSummary(plan))];
}

describe('any two documents, whatever is wrong with them', () => {
  it('are never refused for what runs already', () => {
    const service = fc.dictionary(
      fc.constantFrom('loadBalancers', 'deploymentConfiguration', 'capacityProviderStrategy', 'deployments'),
      junk,
    );
    const refused = (after: JsonObject, before: JsonObject, of: JsonObject): readonly string[] =>
      checkRules({ service: of, document: after, deploys: true }, { service: of, document: before }).flatMap(
        ({ severity, place }) => (severity === 'problem' ? place : []),
      );
    fc.assert(
      fc.property(document, service, fc.constantFrom(...words), (running, of, family) => {
        expect(refused(running, running, of)).toEqual([]);
        // What changes beside it is judged, and that alone.
        const places = refused({ ...running, family }, running, of);
        expect(places.filter((place) => place !== 'family')).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it('are compared, checked and shown, and no secret with them', () => {
    const service = fc.dictionary(
      fc.constantFrom('loadBalancers', 'deploymentConfiguration', 'desiredCount', 'capacityProviderStrategy'),
      junk,
    );
    fc.assert(
      fc.property(document, document, service, (before, after, of) => {
        expect(planned(before, after, of).filter((line) => /hunter2|[\r\n]/.test(line))).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});
