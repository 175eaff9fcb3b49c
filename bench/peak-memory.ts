// Loaded by Node.js before a step that is measured: says at its end how much memory it had resident at most, in bytes.
import { writeFileSync } from 'node:fs';

const file = process.env.BENCH_PEAK_MEMORY;
process.once('exit', () => {
  // Node.js gives kibibytes on every system.
  if (file !== undefined) writeFileSync(file, String(process.resourceUsage().maxRSS * 1024));
});
