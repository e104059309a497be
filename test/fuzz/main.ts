import { parseArgs } from 'node:util';
import type { FuzzFailure } from './fuzz-target.js';
import { casesOf, runCase } from './fuzz.js';
import { targets } from './targets.js';

/** Milliseconds. An input that takes longer is one to slow a service down with. */
const LONGEST_MS = 2000;

const { values } = parseArgs({
  options: {
    inputs: { type: 'string', default: '100000' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    target: { type: 'string' },
    case: { type: 'string' },
  },
});
const seed = Number(values.seed);
const chosen = values.target === undefined ? targets : targets.filter(({ name }) => name === values.target);
const inputs = Number(values.inputs);
const only = values.case === undefined ? undefined : Number(values.case);

function tell({ target, number, input, error }: FuzzFailure): void {
  console.log(
    `✗ ${target}, case ${number}, ${input.length} bytes: ${JSON.stringify(input.toString('latin1').slice(0, 300))}`,
  );
  console.log(error);
  console.log(`  again: npm run fuzz -- --seed ${seed} --target '${target}' --case ${number}`);
}

let [ran, failed] = [0, 0];
let slowest = { ms: 0, target: '', number: 0 };
for (const [target, cases] of casesOf(chosen, inputs)) {
  const numbers = only === undefined ? Array.from({ length: cases }, (_, number) => number) : [only];
  const before = failed;
  for (const number of numbers) {
    const began = performance.now();
    const broken = await runCase(target, seed, number);
    const ms = performance.now() - began;
    if (ms > slowest.ms) slowest = { ms, target: target.name, number };
    const isSlow = ms > LONGEST_MS;
    if (isSlow) console.log(`✗ ${target.name}, case ${number}: ${Math.round(ms)} ms`);
    if (broken !== undefined) tell(broken);
    if (isSlow || broken !== undefined) failed += 1;
    ran += 1;
    // The rest of a target that is broken says little more.
    if (failed - before >= 5) break;
  }
  if (failed === before) console.log(`✓ ${target.name}: ${numbers.length} inputs`);
}
const { ms, target, number } = slowest;
console.log(
  `seed ${seed}: ${ran} inputs, ${failed} failed; the slowest took ${Math.round(ms)} ms (${target}, case ${number})`,
);
process.exitCode = failed === 0 && ran > 0 ? 0 : 1;
