import type { Plan } from '../../src/plan/show/plan.ts';
import { planLines, planSentence, planSummary } from '../../src/report/plan.ts';

const check = (state: Plan['checks'][number]['state'], detail: string | null = null) =>
  ({ check: 'secrets', what: 'secret DB of app', name: '/web/db', state, detail, inUse: false }) as const;

function planWith(part: Partial<Plan>): Plan {
  return {
    version: 1,
    changes: false,
    problems: false,
    image: { action: 'keep', from: null, uri: null, digest: null, newRepository: null, reason: 'Kept.' },
    services: [],
    checks: [],
    ...part,
  };
}

describe('the checks of a plan', () => {
  it.each([
    ['one passes', [check('ok')], '1 check passed.', []],
    ['two pass', [check('ok'), check('ok')], '2 checks passed.', []],
    ['one has a note', [check('ok'), check('ok', 'No.')], '2 checks passed, 1 with a note:', ['ok']],
    ['one is missing', [check('ok'), check('missing')], '1 check passed; 1 did not:', ['missing']],
    [
      'none is known',
      [check('unknown'), check('wrong')],
      '0 checks passed; 2 did not:',
      ['unknown', 'wrong'],
    ],
  ])('say how many passed, and list the others: %s', (_what, checks, sentence, listed) => {
    const plan = planWith({ checks });
    const lines = planLines(plan);
    const states = lines.flatMap((line) => /^ {2}(\w+) +secret DB of app: \/web\/db/.exec(line)?.[1] ?? []);
    expect({ says: lines.includes(sentence), states }).toEqual({ says: true, states: listed });
    const page = planSummary(plan);
    const rows = page.split('\n').filter((line) => line.includes('secret DB of app'));
    expect({ says: page.includes(sentence), rows: rows.length }).toEqual({ says: true, rows: listed.length });
  });
});

it.each([
  ['would be refused', true, true, /refused/, '❌'],
  ['is refused even if nothing changes', false, true, /refused/, '❌'],
  ['changes nothing', false, false, /nothing would change/, '✅'],
  ['changes a service', true, false, /web would be updated/, '📋'],
])('a plan that %s says so first', (_what, changes, problems, sentence, icon) => {
  const service = { service: 'web', action: 'update' } as Plan['services'][number];
  const plan = planWith({ changes, problems });
  expect(planSentence({ ...plan, services: [service] })).toMatch(sentence);
  expect(planSummary(plan).startsWith(`### ${icon} `)).toBe(true);
});
