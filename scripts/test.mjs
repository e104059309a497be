#!/usr/bin/env node
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { main } from './setup/failure.mjs';
import { npm } from './setup/install.mjs';
import { projectNode, root } from './setup/paths.mjs';
import { setUp } from './setup/ready.mjs';
import { run } from './setup/run.mjs';

/** Libs whose rules must be tested in all their branches: more than 95 % of each lib's. */
const COVERED = ['policy', 'merkle', 'events'];
const inCovered = `\\blibs/(${COVERED.join('|')})/`;
// Types alone have no branches. Fixtures are tests.
const measured = ['*.ts', '!*.{spec,fixture}.ts', '!{decision,transport,tile-reader}.ts'];
const coverage = [
  '--coverage',
  '--coverageProvider=v8',
  '--coverageReporters=none',
  ...measured.map((name) => `--collectCoverageFrom=${inSources(name)}`),
  `--coverageThreshold=${JSON.stringify(Object.fromEntries(COVERED.map((lib) => [`./libs/${lib}/`, { branches: 95.01 }])))}`,
];

/**
 * `npm test`: the checks, then every test. With arguments: Jest alone, with them (`npm test -- libs/policy`). The last
 * line counts; a failed check counts as a failure.
 */
await main(async () => {
  await setUp();
  const args = process.argv.slice(2);
  const total = { passed: 0, failed: 0, skipped: 0 };
  if (args.length > 0) {
    await jest(['--maxWorkers=2', ...args], total);
  } else {
    if ((await npm(['run', '--silent', 'check'])) !== 0) {
      console.error('\nThe checks failed: see above. The tests run nevertheless.\n');
      total.failed += 1;
    }
    await jest(['--maxWorkers=2', '--selectProjects', 'unit', ...coverage, '--testPathPatterns', inCovered], total);
    // The others run without being measured, which costs time.
    const others = `^(?!.*${inCovered})`;
    await jest(['--maxWorkers=2', '--selectProjects', 'unit', 'db', '--testPathPatterns', others], total);
    // They wait for much, so two at a time take little longer than one. On a broker that is lent they would share topics.
    const atOnce = process.env.KAFKA_BROKERS === undefined ? '--maxWorkers=2' : '--runInBand';
    await jest([atOnce, '--selectProjects', 'system'], total);
  }
  const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : '';
  console.log(`${total.passed} passed, ${total.failed} failed${skipped}`);
  return total.failed === 0 ? 0 : 1;
});

/** A pattern for names of files of these libs; `!` in front stays there. */
function inSources(name) {
  const folders = `libs/{${COVERED.join(',')}}/src/**/`;
  return name.startsWith('!') ? `!${folders}${name.slice(1)}` : `${folders}${name}`;
}

/** Adds to `total`. A Jest that ends without a result, or badly though no test failed, counts as a failure. */
async function jest(args, total) {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-jest-'));
  const file = join(folder, 'result.json');
  const program = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
  // The suites of transports run KafkaJS in Jest's own processes: of its timers see the launcher's services.ts.
  const quiet = ['ExperimentalWarning', 'TimeoutNegativeWarning'].map((name) => `--disable-warning=${name}`);
  const flags = ['--experimental-vm-modules', ...quiet, program];
  // First: behind a `--` they would be patterns.
  const report = ['--json', `--outputFile=${file}`];
  const status = await run(projectNode(), [...flags, ...report, ...args], { stdio: ['inherit', 'ignore', 'inherit'] });
  const result = read(file);
  rmSync(folder, { recursive: true });
  total.passed += result?.numPassedTests ?? 0;
  total.skipped += (result?.numPendingTests ?? 0) + (result?.numTodoTests ?? 0);
  const failed = (result?.numFailedTests ?? 0) + (result?.numRuntimeErrorTestSuites ?? 0);
  total.failed += failed === 0 && (status !== 0 || result === undefined) ? 1 : failed;
}

function read(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}
