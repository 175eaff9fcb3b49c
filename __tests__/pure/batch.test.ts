import { batched } from '../../src/aws/batch.ts';

/** Reads each key as its upper case, in batches that it remembers; a key with a minus is not there. */
function counted(most: number) {
  const calls: (readonly string[])[] = [];
  const read = batched<string>(most, async (keys) => {
    calls.push(keys);
    return new Map(keys.filter((key) => !key.startsWith('-')).map((key) => [key, key.toUpperCase()]));
  });
  return { calls, read };
}

describe('batched', () => {
  it.each<[string, string[], string[][]]>([
    ['one', ['a'], [['a']]],
    ['those made together', ['a', 'b', 'c'], [['a', 'b', 'c']]],
    ['the same key once', ['a', 'b', 'a'], [['a', 'b']]],
    [
      'no more than a call carries',
      ['a', 'b', 'c', 'd', 'e', 'f', 'g'],
      [['a', 'b', 'c'], ['d', 'e', 'f'], ['g']],
    ],
  ])('sends %s', async (_what, keys, expected) => {
    const { calls, read } = counted(3);
    await expect(Promise.all(keys.map((key) => read(key)))).resolves.toEqual(
      keys.map((key) => key.toUpperCase()),
    );
    expect(calls).toEqual(expected);
  });

  it('gathers, where calls take turns, what is asked while one is under way', async () => {
    const calls: (readonly string[])[] = [];
    const answers: (() => void)[] = [];
    const load = async (keys: readonly string[]): Promise<ReadonlyMap<string, string>> => {
      calls.push(keys);
      await new Promise<void>((resolve) => answers.push(resolve));
      return new Map(keys.map((key) => [key, key]));
    };
    const read = batched<string>(3, load, 'in-turn');
    const turn = (): Promise<void> => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    const asked = ['a', 'b', 'c', 'd', 'e'].map(async (key, at) => {
      for (let turns = 0; turns < at; turns++) await turn();
      return read(key);
    });
    for (let turns = 0; turns < 8; turns++) await turn();
    expect(calls).toEqual([['a']]);
    answers[0]?.();
    await turn();
    expect(calls).toEqual([['a'], ['b', 'c', 'd']]);
    answers[1]?.();
    await turn();
    answers[2]?.();
    await expect(Promise.all(asked)).resolves.toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(calls).toEqual([['a'], ['b', 'c', 'd'], ['e']]);
  });

  it('goes on after a call that failed, where calls take turns', async () => {
    let attempt = 0;
    const load = (keys: readonly string[]): Promise<ReadonlyMap<string, string>> =>
      attempt++ === 0
        ? Promise.reject(new Error('no answer'))
        : Promise.resolve(new Map(keys.map((key) => [key, key])));
    const read = batched<string>(1, load, 'in-turn');
    const [first, second] = await Promise.allSettled([read('a'), read('b')]);
    expect([first.status, second.status]).toEqual(['rejected', 'fulfilled']);
  });

  it('resolves a key that is not in the answer to undefined', async () => {
    const { read } = counted(3);
    await expect(Promise.all([read('-a'), read('b')])).resolves.toEqual([undefined, 'B']);
  });

  it('reads anew what is asked later', async () => {
    const { calls, read } = counted(3);
    await read('a');
    await read('a');
    expect(calls).toEqual([['a'], ['a']]);
  });

  it('fails for all who asked together, and not for those who ask later', async () => {
    let attempt = 0;
    const read = batched<string>(3, async (keys) => {
      attempt++;
      if (attempt === 1) throw new Error('no answer');
      return new Map(keys.map((key) => [key, key]));
    });
    await expect(Promise.allSettled([read('a'), read('b')])).resolves.toEqual([
      { status: 'rejected', reason: new Error('no answer') },
      { status: 'rejected', reason: new Error('no answer') },
    ]);
    await expect(read('a')).resolves.toBe('a');
  });

  describe('with a signal', () => {
    /** Two who read together, and the signal of the call that they share. */
    function together(first: AbortSignal, second: AbortSignal) {
      const calls: AbortSignal[] = [];
      const answers: (() => void)[] = [];
      const read = batched<string>(3, async (keys, over) => {
        calls.push(over);
        await new Promise<void>((resolve) => answers.push(resolve));
        return new Map(keys.map((key) => [key, key]));
      });
      const reads = Promise.allSettled([read('a', first), read('b', second)]);
      return { calls, reads, read, answer: () => answers.forEach((resolve) => resolve()) };
    }
    const turn = (): Promise<void> => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

    it('lets one go, and answers the other', async () => {
      const [leaves, stays] = [new AbortController(), new AbortController()];
      const { calls, reads, answer } = together(leaves.signal, stays.signal);
      await turn();
      leaves.abort();
      await turn();
      expect(calls.map(({ aborted }) => aborted)).toEqual([false]);
      answer();
      const [left, stayed] = await reads;
      expect(left).toMatchObject({ status: 'rejected', reason: { fault: 'cancelled' } });
      expect(stayed).toEqual({ status: 'fulfilled', value: 'b' });
    });

    it('ends the call when nobody waits for it any more', async () => {
      const [one, other] = [new AbortController(), new AbortController()];
      const { calls, reads } = together(one.signal, other.signal);
      await turn();
      one.abort();
      other.abort();
      await reads;
      expect(calls.map(({ aborted }) => aborted)).toEqual([true]);
    });

    it('is not read at all when it is aborted already', async () => {
      const { read, calls } = together(new AbortController().signal, new AbortController().signal);
      await turn();
      await expect(read('c', AbortSignal.abort())).rejects.toMatchObject({ fault: 'cancelled' });
      await turn();
      expect(calls).toHaveLength(1);
    });

    it('begins another call for those who come when all of the waiting one have gone', async () => {
      const calls: (readonly string[])[] = [];
      const read = batched<string>(3, async (keys) => {
        calls.push(keys);
        return new Map(keys.map((key) => [key, key]));
      });
      const gone = new AbortController();
      const first = read('a', gone.signal);
      gone.abort();
      await expect(first).rejects.toMatchObject({ fault: 'cancelled' });
      await expect(read('b')).resolves.toBe('b');
      expect(calls.at(-1)).toEqual(['b']);
    });
  });
});
