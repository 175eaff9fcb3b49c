import { warnUnprotected } from '../../src/operations/warn-unprotected.ts';
import type { ServiceChange } from '../../src/plan/decide/service.ts';
import { noSettings } from '../../src/service/settings.ts';
import type { JsonObject } from '../../src/text/json.ts';
import { aServiceState } from './a-service-state.ts';

const deploys: ServiceChange = {
  kind: 'update',
  deploys: true,
  desiredCount: undefined,
  settings: noSettings,
  force: false,
};

function notices(
  ...services: (readonly [name: string, breaker?: JsonObject | undefined, update?: ServiceChange])[]
): string[] {
  const lines: string[] = [];
  warnUnprotected(
    { log: { notice: (line: string) => void lines.push(line) } } as unknown as Parameters<
      typeof warnUnprotected
    >[0],
    services.map(([name, breaker, update = deploys]) => ({
      seen: aServiceState({
        name,
        document: {
          deploymentConfiguration: breaker === undefined ? {} : { deploymentCircuitBreaker: breaker },
        },
      }),
      update,
    })),
  );
  return lines;
}

const link = 'docs/security.md#the-circuit-breaker';

describe('the notice of a missing circuit breaker', () => {
  it.each<[string, string[], string[]]>([
    [
      'names the service',
      notices(['web']),
      [`No circuit breaker rolls web back if the runner is lost: ${link}`],
    ],
    [
      'counts several services in one line',
      notices(['web'], ['api'], ['jobs', { enable: true, rollback: true }]),
      [`No circuit breaker rolls 2 services back if the runner is lost: ${link}`],
    ],
    [
      'is for a breaker that does not roll back, too',
      notices(['web', { enable: true, rollback: false }]),
      [`No circuit breaker rolls web back if the runner is lost: ${link}`],
    ],
    ['is not for one that rolls back', notices(['web', { enable: true, rollback: true }]), []],
    ['is not for an unchanged service', notices(['web', undefined, { kind: 'unchanged' }]), []],
    [
      'is not for an update that deploys nothing',
      notices(['web', undefined, { ...deploys, deploys: false }]),
      [],
    ],
  ])('%s', (_, lines, expected) => {
    expect(lines).toEqual(expected);
  });

  it('fits on a line, however long the name is', () => {
    const lengths = [1, 30, 31, 255].map((length) => notices(['x'.repeat(length)])[0]?.length ?? 999);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(120);
  });
});
