import { isDigest } from './image-reference.ts';

/** The version that the input `to` asks for. */
export type WantedVersion =
  /** So many good versions back. */
  | { readonly kind: 'steps'; readonly steps: number }
  /** `family:revision` or an ARN. */
  | { readonly kind: 'revision'; readonly reference: string }
  | { readonly kind: 'digest'; readonly digest: string }
  /** A commit's SHA, full or short, or an image's tag. */
  | { readonly kind: 'name'; readonly name: string };

export function readWantedVersion(to: string | undefined): WantedVersion {
  if (to === undefined) return { kind: 'steps', steps: 1 };
  if (/^-[1-9]\d{0,2}$/.test(to)) return { kind: 'steps', steps: Number(to.slice(1)) };
  if (isDigest(to)) return { kind: 'digest', digest: to };
  return /^[\w-]{1,255}:\d+$/.test(to) || /^arn:[\w-]+:ecs:[\w-]+:\d+:task-definition\//.test(to)
    ? { kind: 'revision', reference: to }
    : { kind: 'name', name: to };
}
