import type { BuildInputs } from '../inputs/build.ts';
import type { Run } from '../run.ts';
import { type Checkout, readCheckout } from './checkout.ts';
import { whyUnique } from './identity.ts';

/** What is checked out, and whether that tells what is built. */
export interface LookedAt {
  readonly checkout: Checkout;
  /** Why a build of it is like no other, as a part of a sentence. */
  readonly unique: string | undefined;
}

/**
 * Looks at the checkout, once in a run; undefined where there is none. A deploy begins with this, since git takes its time
 * too, and asks AWS meanwhile.
 */
export function lookAtCheckout(run: Run, inputs: BuildInputs): Promise<LookedAt | undefined> {
  const before = lookedAt.get(run);
  if (before !== undefined) return before;
  const look = async (): Promise<LookedAt | undefined> => {
    const checkout = await readCheckout(run.workspace);
    return checkout && { checkout, unique: await whyUnique(checkout, inputs, run.workspace) };
  };
  const looked = look();
  // Heard when it is needed.
  looked.catch(() => undefined);
  lookedAt.set(run, looked);
  return looked;
}

const lookedAt = new WeakMap<Run, Promise<LookedAt | undefined>>();
