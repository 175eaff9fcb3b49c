import type { Document, Json } from '../../server/operation.ts';

/** The Lambda functions that lifecycle hooks call. */
export interface HookTargets {
  /** Calls a function with the documented payload. Never rejects. */
  invoke(hookTargetArn: string, payload: Document): Promise<HookAnswer>;
}

export type HookAnswer =
  /** What the function returned; a function that threw or took too long returned nothing. */
  | { readonly kind: 'returned'; readonly body: Json | undefined }
  | { readonly kind: 'not-invoked'; readonly why: string }
  | { readonly kind: 'role-refused' };

/** No function exists. */
export const noHookTargets: HookTargets = {
  invoke: (hookTargetArn) =>
    Promise.resolve({ kind: 'not-invoked', why: `Function not found: ${hookTargetArn}` }),
};
