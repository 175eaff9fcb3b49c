/** Whether an HTTP status is one of a target group's codes, e.g. `200`, `200,202` or `200-299,301` (documented forms). */
export function codeMatches(matcher: string, status: number): boolean {
  return matcher.split(',').some((part) => {
    const [from = '', to = from] = part.trim().split('-');
    return status >= Number(from) && status <= Number(to);
  });
}

export function isMatcher(matcher: string): boolean {
  return /^\d{3}(-\d{3})?(,\d{3}(-\d{3})?)*$/.test(matcher);
}
