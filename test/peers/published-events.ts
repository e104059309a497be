import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { LEDGER_TOPIC, type SluiceEvent } from '#events/contract.js';
import { removePostgres } from '#embedded/remove-postgres.js';
import { withClient } from '#embedded/service-database.js';
import { waitUntil } from '#embedded/wait-until.js';
import { createPublisher } from '#platform/transport/transport.js';
import { layOut, prepareGround } from '../support/system-ground.js';
import { KafkaPart, PostgresPart, ServicePart } from '../support/system-parts.js';
import { Reaper } from '../support/reaper.js';
import type { TransportKind } from '../support/system.js';
import { preparedBatches, type PreparedBatch } from './prepared-events.js';

export interface EventRate {
  /** From the first call of the publisher until the last event is durable in the ledger. */
  readonly perSecond: number;
  readonly events: number;
  /** Of an event's entry. */
  readonly bytes: number;
}

/** As many as a busy outbox publishes at once. */
const BATCH = 500;
/** Calls of the publisher that are under way at once: some, as of several services. */
const PUBLISHERS = 4;
/** Events before the clock starts, in which the engines of ledger and broker compile what is hot: it takes them some seconds. */
const WARM_UP = 200_000;
const PATIENCE_MS = 300_000;

/**
 * A ledger of the compiled code as a process of its own, publishing to files, and events of the gateway that are published
 * to it: in one sequence, their batches signed by the publisher and checked by the ledger. `seconds` is for how long they are
 * published; then the clock runs on until all are sequenced. `leftovers` removes what is on the disk.
 */
export async function measurePublishedEvents(
  transport: TransportKind,
  seconds: number,
  leftovers: AsyncDisposableStack,
): Promise<EventRate> {
  await using undo = new AsyncDisposableStack();
  const { ledger, key } = await startLedger(transport, undo, leftovers);
  const {
    DATABASE_URL: database = '',
    EVENTS_URL: url = '',
    KAFKA_BROKERS: brokers = '',
  } = ledger.definition.environment;
  const publisher = await createPublisher(
    transport === 'embedded'
      ? { kind: 'embedded', url }
      : { kind: 'kafka', brokers: brokers.split(','), clientId: 'bench', replicationFactor: 1 },
    key,
  );
  undo.defer(() => publisher.close());
  const batches = preparedBatches(BATCH);
  for (let sent = 0; sent < WARM_UP; sent += BATCH) await publisher.publish(LEDGER_TOPIC, batches.next().value());
  await untilSequenced(database, WARM_UP);
  return await publishFor(seconds, {
    prepare: () => batches.next().value,
    publish: (batch) => publisher.publish(LEDGER_TOPIC, batch),
    settled: (count) => untilSequenced(database, WARM_UP + count),
  });
}

interface Course {
  readonly prepare: () => PreparedBatch;
  readonly publish: (events: readonly SluiceEvent[]) => Promise<void>;
  readonly settled: (events: number) => Promise<void>;
}

/** Made beforehand for each second: where that is too few, publishing ends sooner. */
const MOST_PER_SECOND = 60_000;

async function publishFor(seconds: number, { prepare, publish, settled }: Course): Promise<EventRate> {
  const batches = Array.from({ length: Math.ceil((seconds * MOST_PER_SECOND) / BATCH) }, prepare);
  const bytes = batches[0]?.()[0]?.data.byteLength ?? 0;
  const start = performance.now();
  let events = 0;
  const worker = async (): Promise<void> => {
    while (performance.now() - start < seconds * 1000) {
      const next = batches.shift();
      if (next === undefined) return;
      await publish(next());
      events += BATCH;
    }
  };
  await Promise.all(Array.from({ length: PUBLISHERS }, worker));
  await settled(events);
  return { perSecond: events / ((performance.now() - start) / 1000), events, bytes };
}

async function startLedger(transport: TransportKind, undo: AsyncDisposableStack, leftovers: AsyncDisposableStack) {
  const layout = await layOut(1);
  leftovers.defer(async () => {
    await removePostgres(layout.home.postgres);
    rmSync(layout.home.folder, { recursive: true, force: true });
  });
  const reaper = undo.adopt(new Reaper(), (one) => one.close());
  const postgres = undo.adopt(await PostgresPart.start(layout.home), async (part) => {
    await part.stop();
  });
  reaper.watch(postgres.pid);
  const kafka = transport === 'embedded' ? undefined : await KafkaPart.start(join(layout.home.folder, 'kafka'));
  if (kafka?.pid !== undefined) reaper.watch(kafka.pid);
  undo.defer(async () => {
    await kafka?.stop();
  });
  const ground = { kafkaBrokers: kafka?.brokers, everyAdapter: false, witnesses: false };
  const { definitions } = await prepareGround(layout, postgres.adminUrl, ground);
  const definition = definitions.find(({ name }) => name === 'ledger');
  if (definition === undefined) throw new Error('there is no ledger');
  const ledger = new ServicePart(definition, layout.home);
  undo.defer(() => ledger.kill());
  await ledger.start();
  if (ledger.pid !== undefined) reaper.watch(ledger.pid);
  return { ledger, key: layout.keys.gateway.key };
}

async function untilSequenced(database: string, events: number): Promise<void> {
  const isThere = await withClient(database, (client) =>
    waitUntil(async () => {
      const { rows } = await client.query<{ size: string }>('SELECT sum(size) AS size FROM shard WHERE number < 32767');
      return Number(rows[0]?.size) >= events;
    }, PATIENCE_MS),
  );
  if (!isThere) throw new Error(`${events} events were not sequenced within ${PATIENCE_MS / 1000} s`);
}
