export function taskCount(count: number): string {
  return count === 1 ? '1 task' : `${count} tasks`;
}

/** With a full stop at its end: texts of AWS have one or not. */
export function asSentence(text: string): string {
  return /[.!?”]$/.test(text) ? text : `${text}.`;
}

/** `web:42` of a task definition's ARN. */
export function nameOf(taskDefinitionArn: string): string {
  return taskDefinitionArn.split('/').at(-1) ?? taskDefinitionArn;
}

export function inWords(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 120) return `${whole} s`;
  return `${Math.floor(whole / 60)} min${whole % 60 === 0 ? '' : ` ${whole % 60} s`}`;
}
