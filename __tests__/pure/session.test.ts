import { setImmediate } from 'node:timers/promises';
import { keepSession, type Session } from '../../src/aws/session.ts';
import type { Clock } from '../../src/process/clock.ts';
import { sessionNameOf } from '../../src/sign-in/assume-role.ts';
import { claimsOf } from '../../src/sign-in/refusal.ts';

/** Sessions of an hour, of a sign-in that fails while `broken`. */
function sessions({ endsAt }: { readonly endsAt?: Date } = {}) {
  let now = 0;
  let begun = 0;
  let broken = false;
  let hanging = false;
  const said: string[] = [];
  const clock: Clock = {
    now: () => now,
    date: () => new Date(NaN),
    sleep: () => Promise.resolve(),
    random: () => 0,
  };
  const begin = async (): Promise<Session> => {
    await Promise.resolve();
    if (hanging) await new Promise<never>(() => undefined);
    if (broken) throw new Error('no token');
    begun++;
    return {
      accessKeyId: `key-${begun}`,
      secretAccessKey: '',
      sessionToken: '',
      endsAt: endsAt ?? new Date(now + 3_600_000),
    };
  };
  const kept = keepSession({ begin, durationSeconds: 3600, clock, say: (line) => said.push(line) });
  return {
    current: async () => (await kept.current()).accessKeyId,
    renew: async (refused: string) => (await kept.renew(refused)).accessKeyId,
    after: (minutes: number) => {
      now = minutes * 60_000;
    },
    breakIt: (isBroken: boolean) => {
      broken = isBroken;
    },
    hang: () => {
      hanging = true;
    },
    /** What goes on in the background is done by the next turn of the event loop. */
    renewed: () => setImmediate(),
    said,
  };
}

describe('a session', () => {
  it('is begun once for calls at the same time, and kept', async () => {
    const { current, after } = sessions();
    expect(await Promise.all([current(), current()])).toEqual(['key-1', 'key-1']);
    after(53);
    expect(await current()).toBe('key-1');
  });

  it('is renewed before it ends, once for calls at the same time, which do not wait for it', async () => {
    const { current, after, renewed, said } = sessions();
    await current();
    after(54.5);
    expect(await Promise.all([current(), current()])).toEqual(['key-1', 'key-1']);
    await renewed();
    expect(await current()).toBe('key-2');
    expect(said).toEqual(['signed in again, until 1970-01-01 01:54:30 UTC']);
  });

  it('that has ended is waited for', async () => {
    const { current, after } = sessions();
    await current();
    after(61);
    expect(await Promise.all([current(), current()])).toEqual(['key-2', 'key-2']);
  });

  it('serves on while its renewal gets no answer', async () => {
    const { current, after, hang } = sessions();
    await current();
    hang();
    after(55);
    expect([await current(), await current()]).toEqual(['key-1', 'key-1']);
  });

  it('is kept while it holds and can not be renewed, and tried again after a pause', async () => {
    const { current, after, breakIt, renewed, said } = sessions();
    await current();
    breakIt(true);
    after(55);
    expect(await current()).toBe('key-1');
    await renewed();
    expect(await current()).toBe('key-1');
    await renewed();
    expect(said).toEqual(['The sign-in could not be renewed yet (no token).']);
    breakIt(false);
    after(55.2);
    expect(await current()).toBe('key-1');
    await renewed();
    expect(await current()).toBe('key-1');
    after(55.5);
    expect(await current()).toBe('key-1');
    await renewed();
    expect(await current()).toBe('key-2');
  });

  it('that has ended and can not be renewed fails', async () => {
    const { current, after, breakIt } = sessions();
    await current();
    breakIt(true);
    after(61);
    await expect(current()).rejects.toThrow('no token');
  });

  it('holds as long as was asked for, whatever the machine takes for the date', async () => {
    const { current, after } = sessions({ endsAt: new Date(0) });
    await current();
    after(53);
    expect(await current()).toBe('key-1');
    after(61);
    expect(await current()).toBe('key-2');
  });

  it('that AWS refused is renewed once for all', async () => {
    const { current, renew } = sessions();
    await current();
    expect(await Promise.all([renew('key-1'), renew('key-1')])).toEqual(['key-2', 'key-2']);
    expect(await renew('key-1')).toBe('key-2');
  });
});

it.each([
  [{ GITHUB_RUN_ID: '1000', GITHUB_REPOSITORY: 'octo-org/web' }, 'fargate-deploy-1000-web'],
  [{ GITHUB_RUN_ID: '1', GITHUB_REPOSITORY: `o/${'x'.repeat(90)}` }, `fargate-deploy-1-${'x'.repeat(47)}`],
  [{}, 'fargate-deploy'],
])('the name of a session of %j is %s', (environment, name) => {
  expect(sessionNameOf(environment)).toBe(name);
});

it.each(['', 'a', 'a.b.c', 'a.bnVsbA.c'])('a token that says nothing has no claims: %j', (token) => {
  expect(claimsOf(token)).toEqual({});
});
