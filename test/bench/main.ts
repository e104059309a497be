import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { databaseUrl } from '#embedded/service-database.js';
import { urlOf } from '../../apps/launcher/src/setup/plan.js';
import { measureAppends } from './appends.js';
import { measureAudit } from './audit.js';
import { benchHome, startInstallation } from './bench-installation.js';
import { measureDisk } from './disk.js';
import { measureFloor } from './floor.js';
import { compareExchanges } from './exchanges.js';
import { brokenPromises } from './judgement.js';
import { descendantsOf, memoryOf } from './processes.js';
import { measureProofs } from './proofs.js';
import { describeReconciled, isClean, reconcileAll } from './reconciled.js';
import { report, type Results } from './report.js';

const usage = `npm run bench -- [options]

Runs Sluice with everything on (signatures, decision, both records durable, events, ledger) and, beside it on the same
machine, a bare service over the same table (the direct call), and bare services with the same hops, signatures and
durable records as an exchange and nothing else. Prints ratios from this one run, and which goals it met: to miss one is no
failure. Ends with 1 where something could not be measured, where the ledger then has an alert, since nobody tampered with
the exchanges, and where what is promised does not hold: ready again within 15 s, and 1.5 GiB for all processes.

  --seconds N       of each measurement (default 10, at most 30)
  --json FILE       also write the results as JSON
  --port-base N     first port (default 8900)
  --kafka BROKERS   events over this Kafka instead of the embedded transport
  --profile FOLDER  have each service write a processor profile there
  --help            this text`;

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '10' },
    json: { type: 'string' },
    'port-base': { type: 'string', default: '8900' },
    kafka: { type: 'string' },
    profile: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

/** Requests are signed before a measurement begins, and are good for a minute. */
const MOST_SECONDS = 30;

const CONNECTIONS = [1, 8, 64] as const;

if (values.help) console.log(usage);
else await bench(secondsFrom(values.seconds));
process.exit();

/** Ends the process where it is none. */
function secondsFrom(text: string): number {
  const seconds = Number(text);
  if (seconds >= 1 && seconds <= MOST_SECONDS) return seconds;
  console.error(`bench: --seconds takes a number from 1 to ${MOST_SECONDS}, not "${text}"`);
  process.exit(2);
}

async function bench(seconds: number): Promise<void> {
  const say = (line: string) => {
    process.stderr.write(`  ${line}\n`);
  };
  const settings = {
    portBase: Number(values['port-base']),
    kafkaBrokers: values.kafka,
    nodeFlags: values.profile === undefined ? '' : `--cpu-prof --cpu-prof-dir=${values.profile}`,
  };
  const home = benchHome();
  try {
    const first = await startInstallation(home.folder, settings, say);
    await first.installation.stop();
    say(`first start: ready after ${first.secondsToReady.toFixed(1)} s; starting again`);
    const running = await startInstallation(home.folder, settings, say);
    try {
      const floor = measureFloor(home.folder);
      const idle = memoryOfAll();
      const exchanges = await compareExchanges(running, CONNECTIONS, seconds, say);
      const busy = memoryOfAll();
      const ledgerUrl = databaseUrl(running.adminUrl, { database: 'sluice_ledger' });
      const disk = await measureDisk(ledgerUrl, join(home.folder, 'ledger'));
      say('waiting until every exchange is reconciled');
      const ledger = urlOf(running.installation.plan.ledger);
      const reconciled = await reconcileAll(ledger, ledgerUrl, exchanges.answered);
      say('comparing appends with plain inserts');
      const results: Results = {
        at: new Date().toISOString(),
        machine: { cores: availableParallelism(), node: process.version },
        transport: values.kafka === undefined ? 'embedded' : 'kafka',
        floor,
        exchanges,
        reconciled,
        appends: await measureAppends(running.adminUrl, join(home.folder, 'appends')),
        proofs: await measureProofs(),
        audit: await measureAudit(),
        disk,
        start: { firstSeconds: first.secondsToReady, secondSeconds: running.secondsToReady },
        memory: { idleMiB: idle, afterLoadMiB: busy },
      };
      console.log(`${report(results)}\n${describeReconciled(reconciled)}`);
      const broken = brokenPromises(results);
      for (const one of broken) console.log(`✗ ${one}`);
      if (!isClean(reconciled) || broken.length > 0) process.exitCode = 1;
      if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(results, null, 2)}\n`);
    } finally {
      await running.installation.stop();
    }
  } finally {
    home.remove();
  }
}

/** MiB of all services and of PostgreSQL, without the load generator. */
function memoryOfAll(): number {
  return descendantsOf(process.pid).reduce((sum, pid) => sum + memoryOf(pid), 0);
}
