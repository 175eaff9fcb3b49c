import * as ecs from '@aws-sdk/client-ecs';
import * as elb from '@aws-sdk/client-elastic-load-balancing-v2';
import * as fc from 'fast-check';
import { check } from '../../local/server/check.ts';
import { documentOfForm } from '../../local/server/form.ts';
import type { Json } from '../../local/server/operation.ts';
import { operationShapes, services } from '../../local/server/service.ts';
import { type Shape, shapeOf } from '../../local/server/shape.ts';
import { xmlOf } from '../../local/server/xml.ts';

describe("the SDK's schemas", () => {
  it('are read to the last member, with nothing in them that we do not know', () => {
    const kinds = new Set<string>();
    // Only the SDK's services: a few operations of the others are written by hand.
    for (const service of services.filter(({ name }) => !['iam', 'ssm'].includes(name))) {
      const seen = new Set<Shape>();
      for (const [name, schema] of Object.entries(service.schemas)) {
        if (!name.endsWith('$') || !Array.isArray(schema) || schema[0] !== 9) continue;
        const shapes = operationShapes(service, name.slice(0, -1));
        if (shapes === undefined) throw new Error(`${name} has no shapes`);
        visit(shapes.input, seen, kinds);
        visit(shapes.output, seen, kinds);
      }
      expect(seen.size).toBeGreaterThan(20);
    }
    expect([...kinds].toSorted()).toEqual([
      'blob',
      'boolean',
      'document',
      'list',
      'map',
      'number',
      'string',
      'structure',
      'timestamp',
      'unit',
    ]);
  });

  it('say what is required, at every depth', () => {
    const input = shapeOf(ecs.CreateServiceRequest$);
    const value = { networkConfiguration: { awsvpcConfiguration: {} }, tags: [{ key: 'a', value: 1 }] };
    expect(check(input, value)).toEqual([
      { kind: 'missing', path: 'serviceName' },
      { kind: 'missing', path: 'networkConfiguration.awsvpcConfiguration.subnets' },
      { kind: 'wrong-type', path: 'tags[0].value', expected: 'string', found: 1 },
    ]);
  });

  it('take every value that is of its shape, and refuse it with one value spoilt', () => {
    const shape = shapeOf(ecs.RegisterTaskDefinitionRequest$);
    const container = fc.record({
      name: fc.string(),
      image: fc.string(),
      cpu: fc.integer(),
      essential: fc.boolean(),
      command: fc.array(fc.string()),
      dockerLabels: fc.dictionary(fc.string(), fc.string()),
    });
    fc.assert(
      fc.property(fc.string(), fc.array(container, { minLength: 1 }), (family, containerDefinitions) => {
        expect(check(shape, { family, containerDefinitions })).toEqual([]);
        const [first, ...rest] = containerDefinitions;
        const spoilt = [{ ...first, dockerLabels: { a: 1 } }, ...rest];
        expect(check(shape, { family, containerDefinitions: spoilt })).toHaveLength(1);
      }),
    );
  });
});

describe('a form of the Query protocol', () => {
  const input = shapeOf(elb.CreateListenerInput$);

  it('becomes a document with lists, structures, numbers and flags', () => {
    const form = new URLSearchParams({
      Action: 'CreateListener',
      Version: '2015-12-01',
      LoadBalancerArn: 'arn:lb',
      Port: '8080',
      'DefaultActions.member.2.Type': 'forward',
      'DefaultActions.member.1.Type': 'fixed-response',
      'DefaultActions.member.1.Order': '1',
      'DefaultActions.member.2.ForwardConfig.TargetGroupStickinessConfig.Enabled': 'true',
      'AlpnPolicy.member.10': 'j',
      'AlpnPolicy.member.9': 'i',
      Tags: '',
    });
    expect(documentOfForm(input, form)).toEqual({
      LoadBalancerArn: 'arn:lb',
      Port: 8080,
      DefaultActions: [
        { Type: 'fixed-response', Order: 1 },
        { Type: 'forward', ForwardConfig: { TargetGroupStickinessConfig: { Enabled: true } } },
      ],
      AlpnPolicy: ['i', 'j'],
      Tags: [],
    });
  });

  it('keeps a text where a number should be, for the check to refuse', () => {
    const document = documentOfForm(input, new URLSearchParams({ LoadBalancerArn: 'a', Port: 'http' }));
    expect(check(input, document)).toContainEqual({
      kind: 'wrong-type',
      path: 'Port',
      expected: 'number',
      found: 'http',
    });
  });
});

describe('XML of the Query protocol', () => {
  it('has members for lists, dates of ISO 8601 and escaped text', () => {
    const value: Json = {
      LoadBalancers: [{ LoadBalancerName: 'a<b>&"c"', CreatedTime: 1_700_000_000.5, State: undefined }],
    };
    expect(xmlOf(shapeOf(elb.DescribeLoadBalancersOutput$), value)).toBe(
      '<LoadBalancers><member><LoadBalancerName>a&lt;b&gt;&amp;&quot;c&quot;</LoadBalancerName>' +
        '<CreatedTime>2023-11-14T22:13:20.500Z</CreatedTime></member></LoadBalancers>',
    );
  });
});

function visit(shape: Shape, seen: Set<Shape>, kinds: Set<string>): void {
  kinds.add(shape.kind);
  if (seen.has(shape)) return;
  seen.add(shape);
  if (shape.kind === 'structure') for (const member of shape.members.values()) visit(member(), seen, kinds);
  else if (shape.kind === 'list' || shape.kind === 'map') visit(shape.of(), seen, kinds);
}
