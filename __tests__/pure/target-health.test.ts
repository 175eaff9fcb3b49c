import type { Aws } from '../../src/aws/clients.ts';
import { createTargetHealthReader } from '../../src/deployment/observe/target-health.ts';

/** A reader for which each target group has these targets, as `address: state`; a group that isn't there refuses. */
function readerOf(groups: Readonly<Record<string, Readonly<Record<string, string>>>>) {
  const send = (command: { readonly input: { readonly TargetGroupArn: string } }): Promise<unknown> => {
    const targets = groups[command.input.TargetGroupArn];
    if (targets === undefined) return Promise.reject(new Error('not authorized'));
    const descriptions = Object.entries(targets).map(([Id, State]) => ({
      Target: { Id },
      TargetHealth: { State },
    }));
    return Promise.resolve({ TargetHealthDescriptions: descriptions });
  };
  return createTargetHealthReader({ elb: () => Promise.resolve({ send }) } as unknown as Pick<Aws, 'elb'>);
}

const groups = {
  one: { a: 'healthy', b: 'healthy', c: 'initial', d: 'healthy' },
  two: { a: 'healthy', b: 'unhealthy', c: 'healthy', d: 'healthy' },
  three: { a: 'healthy', b: 'healthy', c: 'healthy', d: 'draining' },
};

describe('the healthy addresses', () => {
  it.each<[string, string[][], string[] | undefined]>([
    ['without target groups are not known', [], undefined],
    ['of one group', [['one']], ['a', 'b', 'd']],
    ['of two groups are healthy in both', [['one'], ['two']], ['a', 'd']],
    ['of three groups are healthy in all of them', [['one'], ['two'], ['three']], ['a']],
    ['are not known when the first group refuses', [['gone'], ['one']], undefined],
    ['are not known when a later group refuses', [['one'], ['gone']], undefined],
    ['of a pair are healthy in either', [['two', 'three']], ['a', 'c', 'd', 'b']],
    [
      'of a pair and a group are healthy in one of the pair and in the group',
      [['two', 'three'], ['one']],
      ['a', 'd', 'b'],
    ],
    ['are not known when one of a pair refuses', [['one', 'gone']], undefined],
  ])('%s', async (_what, arns, expected) => {
    const healthy = await readerOf(groups).healthyAddresses(arns);
    expect(healthy && [...healthy]).toEqual(expected);
  });
});
