import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { accessFailedV1 } from '#events/access-failed.v1.js';
import { LEDGER_TOPIC, type SluiceEvent } from '#events/contract.js';
import { encode } from '#events/encode.js';
import { link, NOTHING_BEFORE } from '#events/link.js';
import { decodeBundle } from '#merkle/entry-bundle.js';
import type { Receipt } from '#exchange/answer.js';
import { formatVkey, type NoteKey } from '#merkle/note-key.js';
import { tilePath } from '#merkle/tile.js';
import { createPublisher } from '#platform/transport/transport.js';
import { waitUntil } from '#embedded/wait-until.js';
import type { System } from '../support/system.js';
import type { GoPrograms } from './go-programs.js';
import { startWitnessedSystem, type WitnessedSystem } from './witnessed-system.js';

/** More than 256,256: then there are tiles of level 2, and full ones of level 0 at paths of the form `x001/000`. */
const EVENTS = 256_300;
const BATCH = 500;
const PATIENCE_MS = 300_000;

export interface ServedLog {
  readonly vkey: string;
  readonly folder: string;
  /** With a slash at its end. */
  readonly url: string;
  readonly size: number;
}

interface MadeLog {
  readonly of: WitnessedSystem;
  readonly key: NoteKey;
  readonly folder: string;
  readonly olderCheckpoint: Buffer;
  readonly size: number;
  readonly root: ServedLog;
  readonly receipt: Receipt;
  readonly end: AsyncDisposableStack;
}

/** A log that a running system made, of exchanges and of thousands of events that came through its transport. */
export class RunningLog implements ServedLog, AsyncDisposable {
  private constructor(private readonly made: MadeLog) {}

  static async start(programs: GoPrograms): Promise<RunningLog> {
    await using undo = new AsyncDisposableStack();
    const of = await startWitnessedSystem(programs, undo);
    const { system } = of;
    for (let asked = 0; asked < 4; asked += 1) await system.ask();
    const { receipt } = await system.client().ask(system.question());
    await system.untilSettled();
    const [key] = system.trust.logs.values();
    if (key === undefined) throw new Error('the system has no log');
    const folder = join(system.layout.home.ledger, ...key.name.split('/').slice(1));
    const olderCheckpoint = readFileSync(join(folder, 'checkpoint'));
    const before = (await system.log().checkpoint()).size;
    await publish(system);
    const size = before + EVENTS;
    const isThere = await waitUntil(async () => (await system.log().checkpoint()).size >= size, PATIENCE_MS);
    if (!isThere) throw new Error(`not published within ${PATIENCE_MS / 1000} s: ${size} entries`);
    const root = await rootOf(system, 0);
    const proven = await system.client().receipt(receipt.id, { wait: PATIENCE_MS });
    return new RunningLog({
      ...{ of, key, folder, olderCheckpoint, size, root, receipt: proven },
      end: undo.move(),
    });
  }

  get system(): WitnessedSystem {
    return this.made.of;
  }

  get key(): NoteKey {
    return this.made.key;
  }

  get vkey(): string {
    return formatVkey(this.key);
  }

  /** Where the ledger keeps the log's files. */
  get folder(): string {
    return this.made.folder;
  }

  /** As it was before most of the entries came. */
  get olderCheckpoint(): Buffer {
    return this.made.olderCheckpoint;
  }

  get size(): number {
    return this.made.size;
  }

  /** The log of the shards' checkpoints. */
  get root(): ServedLog {
    return this.made.root;
  }

  /** Of an exchange, with the proofs of its decision and its release. */
  get receipt(): Receipt {
    return this.made.receipt;
  }

  /** Under which its ledger serves it. */
  get url(): string {
    return `${this.made.of.system.ledgerUrl}${this.vkey.slice(this.vkey.indexOf('/'), this.vkey.indexOf('+'))}/`;
  }

  async checkpoint(): Promise<string> {
    return (await fetch(`${this.url}checkpoint`)).text();
  }

  /** An entry and its proof, as the ledger answers. */
  async entry(index: number): Promise<{ readonly text: string; readonly proof: string }> {
    const answer = await fetch(`${this.made.of.system.ledgerUrl}/v1/entries/0/${index}`);
    return (await answer.json()) as { text: string; proof: string };
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.made.end.disposeAsync();
  }
}

/** Once it ends with this shard's last checkpoint: then the ledger is idle, and the root log stays as it is. */
export async function rootOf(system: System, shard: number): Promise<ServedLog> {
  const shown = z.object({
    shards: z.array(z.object({ checkpoint: z.string() })),
    root: z.object({ vkey: z.string(), prefix: z.string(), size: z.int() }),
  });
  const look = async () => shown.parse(await (await fetch(`${system.ledgerUrl}/v1/shards`)).json());
  const last = async () => {
    const { root, shards } = await look();
    const tile = {
      level: 'entries' as const,
      index: Math.floor((root.size - 1) / 256),
      width: ((root.size - 1) % 256) + 1,
    };
    const bundle = await fetch(`${system.ledgerUrl}${root.prefix}${tilePath(tile)}`);
    const entry = decodeBundle(new Uint8Array(await bundle.arrayBuffer())).at(-1) ?? new Uint8Array(0);
    return Buffer.from(entry).toString() === shards[shard]?.checkpoint;
  };
  if (!(await waitUntil(last, PATIENCE_MS))) throw new Error('the root log does not have the shard’s checkpoint');
  const { vkey, prefix, size } = (await look()).root;
  const folder = join(system.layout.home.ledger, ...prefix.split('/').filter(Boolean));
  return { vkey, folder, url: `${system.ledgerUrl}${prefix}`, size };
}

async function publish(system: System): Promise<void> {
  const url = system.service('ledger').definition.environment.EVENTS_URL;
  if (url === undefined) throw new Error('the ledger has no embedded transport');
  const publisher = await createPublisher({ kind: 'embedded', url }, system.layout.keys.gateway.key);
  try {
    const events = await inSequence(system, Array.from({ length: EVENTS }, anEvent));
    for (let at = 0; at < EVENTS; at += BATCH) await publisher.publish(LEDGER_TOPIC, events.slice(at, at + BATCH));
  } finally {
    await publisher.close();
  }
}

/** As the gateway's own: what stood in no sequence of its database, the ledger would add findings about. */
async function inSequence(system: System, events: readonly SluiceEvent[]): Promise<readonly SluiceEvent[]> {
  const shared = "SELECT id::text AS database FROM writer_chain WHERE kind = 'shared'";
  const [beside] = await system.query<{ database: string }>('gateway', shared);
  if (beside === undefined) throw new Error('the gateway has no sequence');
  const first = { chain: randomUUID(), number: 1, previous: NOTHING_BEFORE, beside: { ...beside, heads: [] } };
  return link(events, first).linked;
}

function anEvent() {
  const entry = {
    ...{ type: 'access.failed.v1' as const, id: randomUUID(), source: 'gateway', time: new Date().toISOString() },
    ...{ consumer: 'housing/eligibility', resource: 'population/residents', reason: 'ADAPTER_TIMEOUT' },
  };
  return encode(accessFailedV1, entry, { key: entry.id });
}
