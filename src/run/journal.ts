import { Failure } from '../process/failure.ts';
import { nameOfWork, type OpenWork, type Progress, type Work, type WorkKind } from './work.ts';

/**
 * What this run has begun and not done. Each work is saved before its first call, so that `post`, which runs even when
 * the step was killed, knows of it. A work goes by its name (`nameOfWork`); what is said of one that isn't open is
 * ignored.
 */
export interface Journal {
  /** In the order in which they were begun. */
  readonly open: () => readonly OpenWork[];
  /** @throws Failure when the work can't be saved; then it must not be started */
  readonly begin: (work: Work) => void;
  /** The id of what the work started is known. */
  readonly found: (name: string, id: string) => void;
  /** ECS has completed the deployment, but that isn't believed yet: until then it is rolled back anyway. */
  readonly doubting: (name: string) => void;
  /** The rollback is about to be requested. */
  readonly rollingBack: (name: string, rollsBackCompleted: boolean) => void;
  /** Nothing is left to do, however it ended. */
  readonly done: (name: string) => void;
}

export interface JournalOptions {
  /**
   * Keeps the text of one work where `post` finds it, synchronously, in place of the one it had before; an empty text
   * when the work is done. Each work has a slot of its own: Linux gives one variable 128 KiB, Windows 32,767 characters.
   * When it throws, the work isn't begun.
   */
  readonly save: (slot: number, text: string) => void;
  /** The same for what is begun already: never throws. */
  readonly saveIfPossible?: (slot: number, text: string) => void;
  /** What an earlier phase has left open. */
  readonly before?: readonly OpenWork[];
}

export function openJournal({ save, saveIfPossible = save, before = [] }: JournalOptions): Journal {
  const works = new Map<string, OpenWork & { readonly slot: number }>();
  let slots = 0;
  const sizes = new Map<number, number>();
  for (const one of before) works.set(nameOfWork(one.work), { ...one, slot: ++slots });
  const change = (name: string, progress: Partial<Progress>): void => {
    const one = works.get(name);
    if (one === undefined) return;
    const changed = { ...one, progress: { ...one.progress, ...progress } };
    works.set(name, changed);
    saveIfPossible(one.slot, textOf(changed));
  };
  return {
    open: () => [...works.values()].map(({ work, progress }) => ({ work, progress })),
    begin: (work) => {
      const name = nameOfWork(work);
      const slot = works.get(name)?.slot ?? ++slots;
      const one: OpenWork = { work, progress: { isRollingBack: false, rollsBackCompleted: false } };
      const text = textOf(one);
      const others = [...sizes].filter(([other]) => other !== slot);
      const size = others.reduce((sum, [, length]) => sum + length, text.length);
      if (size > mostCharacters) throw tooLarge(works.size);
      save(slot, text);
      sizes.set(slot, text.length);
      works.set(name, { ...one, slot });
    },
    found: (name, id) => change(name, { foundId: id }),
    doubting: (name) => change(name, { rollsBackCompleted: true }),
    rollingBack: (name, rollsBackCompleted) =>
      change(name, { isRollingBack: true, ...(rollsBackCompleted ? { rollsBackCompleted } : {}) }),
    done: (name) => {
      const one = works.get(name);
      if (one === undefined) return;
      works.delete(name);
      sizes.delete(one.slot);
      saveIfPossible(one.slot, '');
    },
  };
}

/** Whether work of this kind is open; of any name, or of this one. */
export function isOpen(journal: Journal, kind: WorkKind, name?: string): boolean {
  return journal
    .open()
    .some(({ work }) => work.kind === kind && (name === undefined || nameOfWork(work) === name));
}

/**
 * Linux starts no program whose arguments and variables are larger than a quarter of its stack limit, usually 2 MiB
 * (execve(2)), and `post` gets the whole journal as variables. Three quarters of that leave room for the job's own variables.
 */
const mostCharacters = 1536 * 1024;

function tooLarge(open: number): Failure {
  return new Failure({
    code: 'runner-failed',
    fault: 'yours',
    message: `This run has as many updates in flight (${open}) as a runner can hand to the post phase, which could not roll back one more.`,
    advice: 'This update was not started. Deploy fewer services in one run.',
  });
}

function textOf({ work, progress }: OpenWork): string {
  return JSON.stringify({ work, progress });
}
