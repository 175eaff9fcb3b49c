// `node scripts/prices.ts`: rewrites src/plan/show/prices.ts from AWS's public price list, which needs no account. Takes
// regions to add as arguments, and always renews the existing ones.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Prices, pricesByRegion } from '../src/plan/show/prices.ts';
import { pricesIn } from './price-list.ts';

const file = join(import.meta.dirname, '../src/plan/show/prices.ts');
const regions = [...new Set([...Object.keys(pricesByRegion), ...process.argv.slice(2)])].toSorted();
const found: [string, Prices][] = [];
for (const region of regions) {
  const reply = await fetch(
    `https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws/AmazonECS/current/${region}/index.json`,
  );
  if (!reply.ok) throw new Error(`The price list of ${region} can't be read: HTTP status ${reply.status}.`);
  const prices = pricesIn(await reply.json());
  if (prices === undefined) console.log(`${region}: the price list has no Fargate; left out`);
  else found.push([region, prices]);
}
const before = readFileSync(file, 'utf8');
const date = new Date().toISOString().slice(0, 7);
const rows = found.map(
  ([region, { x86, arm, storageGb }]) => `  '${region}': {
    x86: { vcpu: ${x86.vcpu}, gb: ${x86.gb} },
    arm: { vcpu: ${arm.vcpu}, gb: ${arm.gb} },
    storageGb: ${storageGb ?? 'undefined'},
  },
`,
);
const after = before
  .replace(/pricesDate = '[^']*'/, `pricesDate = '${date}'`)
  .replace(
    /(pricesByRegion[^=]*= \{\n)[^]*(\};\n)$/,
    (_, start: string, end: string) => start + rows.join('') + end,
  );
writeFileSync(file, after);
console.log(`${found.length} regions written, prices of ${date}`);
