import { markdownPage } from '../../scripts/markdown-page.ts';
import { timelinePicture } from '../../scripts/timeline-picture.ts';

const gantt = [
  'gantt',
  '  dateFormat x',
  '  section This run',
  '    build and push 3 s :0, 3000',
  '  section Task <b>&1',
  '    pull 10 s :done, 3000, 13000',
  '    ran, then failed#58; 7 s :crit, 13000, 20000',
  '  section Empty',
  '  section Rollback',
  '    requested :milestone, 20000, 0s',
].join('\n');

it('draws the timeline of a summary: a bar for each step, at its time', () => {
  const picture = timelinePicture(gantt) ?? '';
  const bars = [
    ...picture.matchAll(/class="bar (\w+)" (?:x="([\d.]+)" y="(\d+)" width="([\d.]+)"|d="M([\d.]+))/g),
  ];
  expect(bars.map(([, kind, x = '', y = '', wide = '', moment = '']) => [kind, x, y, wide, moment])).toEqual([
    ['usual', '190', '4', '115.5', ''],
    ['done', '305.5', '30', '385', ''],
    ['failed', '690.5', '56', '269.5', ''],
    ['usual', '', '', '', '960'],
  ]);
  const texts = [...picture.matchAll(/<text class="(\w+)"[^>]*>([^<]*)</g)].map(([, kind, text]) => [
    kind,
    text,
  ]);
  expect(texts.filter(([kind]) => kind !== 'tick')).toEqual([
    ['section', 'This run'],
    ['beside', 'build and push 3 s'],
    ['section', 'Task &lt;b&gt;&amp;1'],
    ['inside', 'pull 10 s'],
    ['inside', 'ran, then failed: 7 s'],
    ['section', 'Rollback'],
    ['beside', 'requested'],
  ]);
  expect(texts.filter(([kind]) => kind === 'tick').map(([, text]) => text)).toEqual([
    '0 s',
    '2 s',
    '4 s',
    '6 s',
    '8 s',
    '10 s',
    '12 s',
    '14 s',
    '16 s',
    '18 s',
  ]);
});

it.each(['flowchart LR\n  a --> b', 'gantt\n  section Nothing', ''])('draws nothing for %j', (mermaid) => {
  expect(timelinePicture(mermaid)).toBeUndefined();
});

it('a page has its picture in it, loads nothing, and keeps other diagrams as text', () => {
  const page = markdownPage(
    'A & B',
    `# Deployed\n\n\`\`\`mermaid\n${gantt}\n\`\`\`\n\n\`\`\`mermaid\nflowchart LR\n\`\`\`\n`,
  );
  expect(page).toContain('<title>A &amp; B</title>');
  expect(page.match(/<svg/g)).toHaveLength(1);
  expect(page).toContain('<code class="language-mermaid">flowchart LR');
  expect(page).not.toMatch(/<script|<link|<img|@import|url\(/);
});
