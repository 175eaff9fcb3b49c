/** The log without what differs from run to run: ids, ports, times, and the counts that depend on them. */
export function steady(log: string): string {
  const lines = log
    .replaceAll(/\b[0-9a-f]{32}\b/g, '<task>')
    .replaceAll(/sha256:[0-9a-f]{64}/g, '<digest>')
    .replaceAll(/ecs-svc\/\d+/g, 'ecs-svc/<n>')
    .replaceAll(/127\.0\.0\.1:\d+/g, '<registry>')
    .replaceAll(/targetgroup\/(web|other)\/[0-9a-f]+/g, 'targetgroup/$1/<id>')
    .replaceAll(/\b10\.0\.0\.\d+/g, '<ip>')
    .replaceAll(/ecs-pause-[\w-]+/g, 'ecs-pause-<id>')
    .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC/g, '<date>')
    .replaceAll(/\b\d+ min \d+ s\b/g, '<n> min')
    .replaceAll(/\b\d+ min\b/g, '<n> min')
    .replaceAll(/\b\d+ s\b/g, '<n> s')
    .replaceAll(/\(\d of 3\)/g, '(<n> of 3)')
    .replaceAll(/\b\d+( x |( more)? tasks? (of web )?failed| in all| others?\b| times\b)/g, '<n>$1')
    .replaceAll('<n> other)', '<n> others)')
    .replaceAll(/ \(<n> times\)/g, '')
    .replaceAll(/\b\d of 2 tasks running/g, '<n> of 2 tasks running')
    .split('\n')
    // The stages that are read depend on the moment; a pause, a step and a bake time wait for the test.
    .filter((line) => !/^stage (?!.*(paused|next step in|BAKE_TIME))/.test(line))
    // How far it has come, which warnings of ECS were read and which targets are there depends on the moment.
    .filter(
      (line) =>
        !/new tasks running|^rolling back: |^ECS says: |more tasks? failed the same way|^Load balancer:|^ {2}target group /.test(
          line,
        ),
    )
    .map((line) => line.replace(/^(task <task> failed) \(<n> of 3\)/, '$1'));
  return lines.filter((line, index) => line !== lines[index - 1]).join('\n');
}
