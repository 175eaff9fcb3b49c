import { isDeepStrictEqual } from 'node:util';
import type { Cancel, Clock } from '../base/clock.ts';
import { draining, type Finding, healthAfterCheck, registeredHealth, uncheckedHealth } from './health.ts';
import { deregistrationDelaySeconds, type TargetGroup } from './target-group.ts';
import type { Target, TargetGroups, TargetHealth } from './target-groups.ts';

/** The targets of all groups, whose health checks run on the clock. */
export interface Targets extends Omit<TargetGroups, 'has'> {
  /** The targets of a group in the order of their registration. */
  of(targetGroupArn: string): readonly { readonly target: Target; readonly health: TargetHealth }[];
  close(): void;
}

interface Registration {
  readonly target: Target;
  health: { shown: TargetHealth; inARow: number };
  cancel: Cancel;
}

/**
 * @param group the group as it is now: a changed health check holds from the next check on
 */
export function createTargets(options: {
  readonly clock: Clock;
  readonly group: (targetGroupArn: string) => TargetGroup | undefined;
}): Targets {
  const { clock, group } = options;
  const registrations = new Map<string, Registration>();
  const listeners: Parameters<TargetGroups['onChange']>[0][] = [];
  const find = (targetGroupArn: string, taskArn: string) => registrations.get(keyOf(targetGroupArn, taskArn));

  const show = (registration: Registration, health: Registration['health']): void => {
    const isChanged = !isDeepStrictEqual(health.shown, registration.health.shown);
    registration.health = health;
    const { targetGroupArn, taskArn } = registration.target;
    if (isChanged) for (const listener of listeners) listener(targetGroupArn, taskArn, health.shown);
  };

  // The next check is due an interval after the last one began, however long its answer takes.
  const checkAfter = (registration: Registration, seconds: number): void => {
    registration.cancel = clock.after(seconds, () => {
      const check = group(registration.target.targetGroupArn)?.healthCheck;
      if (check === undefined) return;
      checkAfter(registration, check.intervalSeconds);
      const { address, containerPort } = registration.target;
      const port = check.port === 'traffic-port' ? containerPort : Number(check.port);
      const found = (finding: Finding): void => {
        const { targetGroupArn, taskArn } = registration.target;
        const isCurrent = find(targetGroupArn, taskArn) === registration;
        if (isCurrent && registration.health.shown.state !== 'draining')
          show(registration, healthAfterCheck(registration.health, finding, check));
      };
      address.get(port, check.path, check.timeoutSeconds).then(
        ({ status }) => found({ kind: 'status', status }),
        (error: unknown) => found({ kind: isTimeout(error) ? 'timeout' : 'no-answer' }),
      );
    });
  };

  const remove = (targetGroupArn: string, taskArn: string): void => {
    find(targetGroupArn, taskArn)?.cancel();
    registrations.delete(keyOf(targetGroupArn, taskArn));
  };

  return {
    register: (target) => {
      remove(target.targetGroupArn, target.taskArn);
      const isChecked = group(target.targetGroupArn)?.healthCheck.isEnabled ?? true;
      const registration: Registration = {
        target,
        health: isChecked ? registeredHealth : uncheckedHealth,
        cancel: () => undefined,
      };
      registrations.set(keyOf(target.targetGroupArn, target.taskArn), registration);
      // How soon the first check comes is not documented; soon is our choice.
      if (isChecked) checkAfter(registration, 1);
    },
    deregister: (targetGroupArn, taskArn, drained) => {
      const registration = find(targetGroupArn, taskArn);
      const of = group(targetGroupArn);
      if (registration === undefined || of === undefined) {
        clock.after(0, drained);
        return;
      }
      registration.cancel();
      show(registration, { shown: draining, inARow: 0 });
      // Documented: a target is shown as draining for the whole delay, even when it has no request any more.
      registration.cancel = clock.after(deregistrationDelaySeconds(of), () => {
        remove(targetGroupArn, taskArn);
        drained();
      });
    },
    remove,
    healthOf: (targetGroupArn, taskArn) => find(targetGroupArn, taskArn)?.health.shown,
    onChange: (listener) => {
      listeners.push(listener);
    },
    of: (targetGroupArn) =>
      [...registrations.values()]
        .filter(({ target }) => target.targetGroupArn === targetGroupArn)
        .map(({ target, health }) => ({ target, health: health.shown })),
    close: () => {
      for (const { cancel } of registrations.values()) cancel();
      registrations.clear();
    },
  };
}

function keyOf(targetGroupArn: string, taskArn: string): string {
  return `${targetGroupArn} ${taskArn}`;
}

/** A late answer rejects with a TimeoutError or the text `Request timed out`; any other rejection is no answer at all. */
function isTimeout(error: unknown): boolean {
  return error instanceof Error && (error.name === 'TimeoutError' || /timed out/i.test(error.message));
}
