import { writeFileSync } from 'node:fs';
import { ownKafkaAvailability } from '../support/kafka-server.js';
import type { TransportKind } from '../support/system.js';
import { readTortureArguments, USAGE, type TortureArguments } from './torture-arguments.js';
import { describeReport, isSound, type TortureReport } from './torture-report.js';
import { torture } from './torture.js';

async function main(wanted: TortureArguments): Promise<number> {
  const { rounds, seed = Date.now() % 2 ** 32, json } = wanted;
  const transports = transportsOf(wanted);
  const reports: TortureReport[] = [];
  const stopping = new AbortController();
  process.once('SIGINT', () => {
    stopping.abort();
  });
  const { signal } = stopping;
  for (const [place, transport] of transports.entries()) {
    // What does not divide evenly goes to the first.
    const share = Math.floor((rounds + transports.length - 1 - place) / transports.length);
    if (share === 0 || signal.aborted) continue;
    reports.push(await torture({ transport, rounds: share, seed, signal, onRound: progressOf(transport, share) }));
    if (json !== undefined) writeFileSync(json, `${JSON.stringify({ reports }, null, 2)}\n`);
  }
  for (const report of reports) console.log(describeReport(report));
  return reports.every(isSound) ? 0 : 1;
}

function transportsOf({ transport }: TortureArguments): readonly TransportKind[] {
  if (transport !== undefined) return [transport];
  const kafka = ownKafkaAvailability();
  if (kafka.available) return ['embedded', 'kafka'];
  console.error(`All rounds on the embedded transport: Apache Kafka needs ${kafka.reason}.`);
  return ['embedded'];
}

function progressOf(transport: TransportKind, rounds: number) {
  const began = performance.now();
  return (round: number, { kills }: { kills: readonly { victim: string; after: number }[] }, told: number) => {
    const killed = kills.map(({ victim, after }) => `${victim} after ${after} ms`).join(', ');
    console.error(
      `${transport} ${round}/${rounds}: ${killed}; ${told} requests, ${Math.round((performance.now() - began) / 1000)} s so far`,
    );
  };
}

try {
  const wanted = readTortureArguments(process.argv.slice(2));
  if (wanted.help) console.log(USAGE);
  else process.exitCode = await main(wanted);
} catch (error) {
  console.error(`sluice: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
