import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { request } from 'undici';
import { auditLog } from '#client/audit/audit-log.js';
import { HttpLog } from '#client/audit/http-log.js';
import { SluiceClient } from '#client/sluice-client.js';
import type { Trust } from '#client/trust.js';
import { removePostgres } from '#embedded/remove-postgres.js';
import { shardSigner } from '#merkle/shard-signer.js';
import { leafHash } from '#merkle/tree-hash.js';
import { keysOfWitnesses } from '#merkle/witness-policy.js';
import { backUp } from '../../apps/launcher/src/backup/back-up.js';
import { restore } from '../../apps/launcher/src/backup/restore.js';
import { ServiceProcess } from '../../apps/launcher/src/processes/service-process.js';
import { prepareKeys } from '../../apps/launcher/src/setup/keys.js';
import { addressesOf, departmentIds } from '../../apps/launcher/src/setup/plan.js';
import { writeTrust } from '../../apps/launcher/src/setup/write-trust.js';
import { writeWitnessFiles } from '../../apps/launcher/src/setup/witnesses.js';
import { startSystem, type System } from '../support/system.js';
import type { ExchangeReply } from '../support/signed-exchange.js';
import { reconcile } from '../torture/reconcile.js';
import { ForgedContinuation } from './forged-continuation.js';

const START_MS = 180_000;
const TEST_MS = 300_000;
const CALLERS = 4;
const ANSWERS = 25;
const ADAPTERS = departmentIds.map((id) => `adapter-${id}`);
const SERVICES = ['gateway', ...ADAPTERS, 'ledger'];

let system: System;
let folder: string;
/** Of exchanges that were answered before the backup began, and of all. */
let before: readonly ExchangeReply[];
const replies: ExchangeReply[] = [];
/** What an observer kept after the backup: it covers entries that the backup has not. */
let kept: Uint8Array;
/** The leaf hashes of what had been published when the disk was lost. */
let published: readonly Uint8Array[];
/** Whom a verifier believes from now on. */
let trust: Trust;

beforeAll(async () => {
  system = await startSystem({ transport: 'embedded', everyAdapter: true, witnesses: true });
  trust = system.trust;
  folder = mkdtempSync(join(tmpdir(), 'sluice-backup-'));
  const over = new AbortController();
  const callers = Array.from({ length: CALLERS }, async () => {
    while (!over.signal.aborted) replies.push(await system.ask());
  });
  try {
    await system.until('there are answers', () => Promise.resolve(replies.length >= ANSWERS));
    before = replies.filter(({ outcome }) => outcome === 'answered');
    await backUp(system.layout.home, folder);
    const enough = replies.length + ANSWERS;
    await system.until('there are more answers', () => Promise.resolve(replies.length >= enough));
  } finally {
    over.abort();
    await Promise.all(callers);
  }
  await system.untilSettled();
  kept = (await log().readCheckpoint())!;
  const entries = await system.log().entries(await system.log().checkpoint());
  published = entries.map(({ text }) => leafHash(Buffer.from(text)));
}, START_MS + TEST_MS);
afterAll(async () => {
  await system.stop();
  rmSync(folder, { recursive: true, force: true });
}, START_MS);

function key() {
  return [...system.trust.logs.values()][0]!;
}

function log(): HttpLog {
  return new HttpLog(`${system.ledgerUrl}${key().name.slice(key().name.indexOf('/'))}/`);
}

async function audit(seen: readonly Uint8Array[]) {
  const trustIn = (origin: string) => (origin === key().name ? { log: key() } : undefined);
  const kinds = { seen: seen.map((note) => ({ name: 'observer', note })), remembered: 10_000, seed: 1 };
  const { findings } = await auditLog(log(), { trustIn, ...kinds });
  return findings.map(({ code }) => code);
}

function client(): SluiceClient {
  const { files, keys } = system.layout;
  return new SluiceClient({ gateway: system.gatewayUrl(), key: keys.systems.get(files.jointCheck.system)!.key, trust });
}

/** What each witness has on record of the log. */
async function witnessed(): Promise<readonly number[]> {
  const sql = 'SELECT size::int AS size FROM witnessed_checkpoint WHERE origin = $1';
  const rows = await Promise.all(ADAPTERS.map((name) => system.query<{ size: number }>(name, sql, [key().name])));
  return rows.map(([row]) => row?.size ?? 0);
}

/**
 * Whoever has the log's key shows each witness another history than was published, from what the witness had on record in
 * the backup. Gives who cosigned it, by all keys that verifiers know.
 */
async function cosignersOfForgery(sizes: readonly number[]): Promise<readonly string[]> {
  const signer = shardSigner(key().name, system.layout.keys.ledger.key.key);
  const known = keysOfWitnesses(trust.witnesses!);
  const { adapters } = addressesOf(system.layout.plan);
  await system.until('every witness answers', async () => {
    const answers = departmentIds.map((id) => request(`${adapters[id]}/witness/none/checkpoint`));
    await Promise.all((await Promise.all(answers)).map(({ body }) => body.dump()));
    return true;
  });
  const shown = departmentIds.map((id, at) => {
    const old = sizes[at]!;
    return new ForgedContinuation(signer, published, old).showTo(`${adapters[id]}/witness`, old, known);
  });
  return (await Promise.all(shown)).flat();
}

/** What the next `npm start` does where keys are missing: makes them, and tells witnesses, ledger and verifiers. */
function makeMissingKeys() {
  const { home, files, plan } = system.layout;
  const keys = prepareKeys(home.keys, files.systems);
  writeWitnessFiles(home.witnesses, { keys, shards: 1, adapters: addressesOf(plan).adapters });
  return keys;
}

/** The disk that the databases were on is gone, and where it is said what was published as well. */
async function destroy(published: boolean): Promise<void> {
  for (const name of [...SERVICES, 'postgres']) await system.kill(name);
  await removePostgres(system.layout.home.postgres);
  if (published) rmSync(system.layout.home.ledger, { recursive: true });
}

async function expectAllBefore(): Promise<void> {
  expect(before.length).toBeGreaterThan(ANSWERS / 2);
  const entries = await system.log().entries(await system.log().checkpoint());
  const ids = new Set(before.map(({ id }) => id));
  const own = entries.filter(({ id }) => ids.has(id));
  expect(reconcile(before, own).faults).toEqual([]);
  for (const { id } of before) {
    const { decision, release, opening } = await client().receipt(id);
    expect([decision.proof, release?.proof, opening]).not.toContain(undefined);
  }
}

async function expectAtWork(): Promise<void> {
  const reply = await system.ask();
  expect(reply.outcome).toBe('answered');
  await system.untilSettled();
  const { release } = await client().receipt(reply.id);
  expect(release?.proof).toBeDefined();
}

it(
  'restores the databases beside a log that went on: witnesses begin at what was published, and a ledger that is told to catch up at all of it',
  async () => {
    await destroy(false);
    expect(await restore(system.layout.home, folder)).toMatchObject({ restored: ['postgres'], retired: [] });
    await system.start('postgres');
    const backedUp = await witnessed();
    for (const size of backedUp) expect(size).toBeLessThan(published.length);
    // They are ready once the ledger is: what waits in their outboxes came out of the backup.
    const adapters = Promise.all(ADAPTERS.map((name) => system.start(name)));
    expect(await cosignersOfForgery(backedUp)).toEqual([]);
    expect(await witnessed()).toEqual(ADAPTERS.map(() => published.length));
    await expect(system.start('ledger')).rejects.toThrow('PUBLISHED_AHEAD');
    const { definition } = system.service('ledger');
    const environment = { ...definition.environment, LEDGER_CATCH_UP: 'true' };
    const once = new ServiceProcess({ ...definition, environment }, system.layout.home);
    await once.untilReady();
    await once.stop();
    await Promise.all([adapters, ...['gateway', 'ledger'].map((name) => system.start(name))]);
    await system.untilReady();
    await system.untilSettled();
    await expectAllBefore();
    await expectAtWork();
    expect(await audit([kept])).toEqual([]);
    expect(await cosignersOfForgery(backedUp)).toEqual([]);
    // What was acknowledged after the backup is lost to the gateway's own tables, and not to the log.
    const entries = await system.log().entries(await system.log().checkpoint());
    const logged = new Set(entries.map(({ id }) => id));
    expect(replies.filter(({ id, outcome }) => outcome === 'answered' && !logged.has(id))).toEqual([]);
  },
  TEST_MS,
);

it(
  'restores everything where everything is lost: witnesses have new keys, and whoever kept a newer checkpoint sees that entries are missing',
  async () => {
    await destroy(true);
    expect(await restore(system.layout.home, folder)).toMatchObject({
      restored: ['ledger', 'postgres'],
      retired: departmentIds.map((id) => `witness-${id}`),
    });
    const keys = makeMissingKeys();
    await system.start('postgres');
    const backedUp = await witnessed();
    await Promise.all(SERVICES.map((name) => system.start(name)));
    trust = await writeTrust(system.layout.home.trust, keys, system.layout.plan);
    await system.untilReady();
    await system.untilSettled();
    await expectAllBefore();
    expect(await audit([])).toEqual([]);
    expect(await audit([kept])).toEqual(['LOG_SHORTER']);
    await expectAtWork();
    expect(await cosignersOfForgery(backedUp)).toEqual([]);
  },
  TEST_MS,
);

it(
  'refuses a backup that was not finished, or in which a byte was changed, and overwrites none',
  async () => {
    const { home } = system.layout;
    await expect(backUp(home, folder)).rejects.toMatchObject({ code: 'BACKUP_REFUSED' });
    const file = join(folder, 'keys', readdirSync(join(folder, 'keys'))[0]!);
    writeFileSync(file, 'another key');
    await expect(restore(home, folder)).rejects.toMatchObject({ code: 'BACKUP_DAMAGED' });
    rmSync(join(folder, 'sluice-backup.json'));
    await expect(restore(home, folder)).rejects.toMatchObject({ code: 'BACKUP_DAMAGED' });
  },
  START_MS,
);
