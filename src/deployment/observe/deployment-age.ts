/** An older deployment that is PRIMARY again was put back by ECS; one of an unknown time is taken for a newer one. */
export function isNewer(theirs: Date | undefined, ours: Date | undefined): boolean {
  return !(at(theirs) <= at(ours));
}

export function isSurelyNewer(theirs: Date | undefined, ours: Date | undefined): boolean {
  return at(theirs) > at(ours);
}

/** No comparison holds with a time that is not known. */
function at(time: Date | undefined): number {
  return time?.getTime() ?? Number.NaN;
}
