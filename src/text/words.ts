/** `1 task`, `2 tasks` */
export function taskCount(count: number): string {
  return count === 1 ? '1 task' : `${count} tasks`;
}

/** Adds a period if the text has none: some of AWS's messages end with one, others don't. */
export function asSentence(text: string): string {
  return /[.!?”]$/.test(text) ? text : `${text}.`;
}

/** The family and revision in a task definition's ARN, e.g. `web:42`. */
export function nameOf(taskDefinitionArn: string): string {
  return taskDefinitionArn.split('/').at(-1) ?? taskDefinitionArn;
}

/** The family in a task definition's ARN or name, e.g. `web`. */
export function familyOf(taskDefinitionArn: string): string {
  return nameOf(taskDefinitionArn).replace(/:.*$/s, '');
}

/** A duration, e.g. `83 s` or `4 min 45 s`. */
export function inWords(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 120) return `${whole} s`;
  return `${Math.floor(whole / 60)} min${whole % 60 === 0 ? '' : ` ${whole % 60} s`}`;
}
