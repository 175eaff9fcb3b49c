/** `2026-11-28 09:20:00 UTC`: every date that people read has this format and this zone. */
export function inUtc(date: Date): string {
  return `${date.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** `2026-11-28T09:20:00.000Z`, for outputs that programs read. */
export function inIso(date: Date): string {
  return date.toISOString();
}
