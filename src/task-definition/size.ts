import type { Json } from '../text/json.ts';

/**
 * A task's `cpu` as ECS gives it back: units in a string, 1024 of them a vCPU (documented). `"1 vCPU"`, `".5vcpu"`
 * and the number 256 are taken too; anything else stays as it is.
 */
export function inUnits(cpu: Json | undefined): Json | undefined {
  return scaled(cpu, /^(\d+(?:\.\d+)?|\.\d+)\s*vcpu$/i);
}

/** A task's `memory` as ECS gives it back: MiB in a string; `"2 GB"` is 2048 (documented). */
export function inMiB(memory: Json | undefined): Json | undefined {
  return scaled(memory, /^(\d+(?:\.\d+)?|\.\d+)\s*gb$/i);
}

/** 1024 units are a vCPU, and 1024 MiB what ECS calls a GB. */
function scaled(size: Json | undefined, large: RegExp): Json | undefined {
  if (typeof size === 'number') return String(size);
  if (typeof size !== 'string') return size;
  const count = large.exec(size.trim())?.[1];
  return count === undefined ? size.trim() : String(Number(count) * 1024);
}
