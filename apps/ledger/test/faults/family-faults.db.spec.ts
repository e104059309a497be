import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { auditFamily } from '#client/audit/audit-family.js';
import { FolderFamily } from '#client/audit/folder-log.js';
import { refuseSuccession } from '#merkle/list-succession.js';
import { nodeVerify } from '#merkle/node-cryptography.js';
import { listDigest, readRootEntry } from '#merkle/root-entry.js';
import { openShardList, type ShardList } from '#merkle/shard-list.js';
import type { LogFinding } from '#client/audit/log-finding.js';
import { keysOfWitnesses } from '#merkle/witness-policy.js';
import type { Fault } from '../../../../test/support/injected-faults.js';
import { LedgerError } from '../../src/ledger-error.js';
import { closeShard } from '../../src/shards/close-shard.js';
import { ROOT_SHARD } from '../../src/shards/shard.js';
import { FAMILY } from '../a-family.js';
import { AWitness } from '../a-witness.js';
import { aBatch, anEvent } from '../entries.js';
import { EventFeed } from './event-feed.js';
import { emptied, itSurvivesEveryFault, type FaultGround, type TriedCall } from './every-fault.js';
import { expectOneHistory } from './expect-one-history.js';
import { openFamilyLife, type FamilyLife, type FamilyOptions, type FamilySurroundings } from './family-life.js';
import { orAgain, publish, runWithFault } from './run-with-fault.js';
import { ShownHeads } from './shown-heads.js';
import { CALLS_OF_A_FAMILY } from './storage-calls.js';

const events = Array.from({ length: 12 }, () => anEvent());
/** Each event comes again in another shard: in the one beside its own, in the successor, and after the database was lost. */
const batches = [
  aBatch(events.slice(0, 3), 0),
  aBatch(events.slice(2, 6), 1),
  aBatch(events.slice(4, 8), 0),
  aBatch(events.slice(0, 10), 0),
  aBatch(events.slice(8, 12), 1),
];

interface Stage extends FamilyOptions {
  /** Safe to repeat: a process that comes after a crash does all of it. */
  readonly act: (life: FamilyLife) => Promise<void>;
  /** Whether the database is lost after it. */
  readonly loses?: true;
}

/** What happens to the family, each in a process of its own if there is no fault. */
const STAGES: readonly Stage[] = [
  { partitions: 1, catchesUp: false, act: (life) => takeAndSettle(life, 1) },
  // A partition more, and so a shard.
  { partitions: 2, catchesUp: false, act: replaceShard, loses: true },
  // What was published is all that there is.
  { partitions: 2, catchesUp: true, act: (life) => takeAndSettle(life, batches.length) },
];

/** Shard 0 is closed with entries that nobody sees yet, and shard 2 goes on with its partition. */
async function replaceShard(life: FamilyLife): Promise<void> {
  await take(life, 3);
  await orAgain(() => closeOnce(life));
  await keep(life);
  await take(life, 4);
  // Its end is published, then it is in the root log, then the list says so.
  await settle(life);
  await settle(life);
}

async function takeAndSettle(life: FamilyLife, below: number): Promise<void> {
  await take(life, below);
  await settle(life);
}

/** As the command does, beside the ledger and whether it was done already or not. */
async function closeOnce({ records }: FamilyLife): Promise<void> {
  try {
    await closeShard(0, FAMILY, records);
  } catch (error) {
    if (!isClosed(error)) throw error;
  }
}

/** Takes the batches below this number. */
async function take(life: FamilyLife, below: number): Promise<void> {
  for (;;) {
    const next = await orAgain(() => life.feed.deliver());
    if (next === undefined || next.number >= below) return;
    await orAgain(() => life.evidence.take(next.batch));
    await orAgain(() => life.feed.commit(next.number));
  }
}

/** Publishes what is sequenced in the shards, and has the keeper take its turn. */
async function settle(life: FamilyLife): Promise<void> {
  const { logs, finals } = life;
  for (const log of logs.all) await publish({ ...log, finals });
  await keep(life);
}

/** Shows readers what the keeper did; before the list names a new shard, its witness is asked, be it empty. */
async function keep({ logs, root, keeper, finals }: FamilyLife): Promise<void> {
  await orAgain(() => keeper.turn());
  const fresh = logs.all.filter(({ published }) => published.head.size === 0);
  for (const log of [...fresh, root]) await publish({ ...log, finals });
  await orAgain(() => keeper.showList());
}

function isClosed(error: unknown): boolean {
  return error instanceof LedgerError && error.code === 'SHARD_CLOSED';
}

async function run(ground: FaultGround, fault?: Fault) {
  const logs = [FAMILY.shard(0), FAMILY.shard(1), FAMILY.shard(2), FAMILY.root].map((shard) => {
    return { shard, witness: new AWitness('w/a', 1), shown: new ShownHeads(shard.signer.key) };
  });
  const around = { ...ground, logs, feed: new EventFeed(batches), lists: new Map<number, Set<string>>() };
  let at = 0;
  const faults = await runWithFault(
    async (current) => {
      const { act, loses, ...options } = STAGES[at]!;
      await using life = await openFamilyLife(around, current, options);
      await act(life);
      if (loses) await emptied(ground.database);
      at += 1;
      return at === STAGES.length;
    },
    fault,
    () => expectReadable(around),
  );
  await expectSound(around);
  return faults;
}

/** Whatever was acknowledged is in one shard, once; the logs have one history each, and the root log and the lists are theirs. */
async function expectSound(around: FamilySurroundings): Promise<void> {
  const entries = new Map<number, Buffer[]>();
  for (const { shard, shown } of around.logs) {
    entries.set(shard.number, await expectOneHistory(join(around.folder, shard.path), shown, shard));
  }
  const inShards = [0, 1, 2].flatMap((number) => entries.get(number)!.map(String));
  expect(inShards.toSorted()).toEqual(events.map(({ data }) => Buffer.from(data).toString()).toSorted());
  const lists = expectListsInOrder(around);
  expect(lists.at(-1)?.shards.map(({ partition, closed }) => [partition, closed !== undefined])).toEqual([
    [0, true],
    [1, false],
    [0, false],
  ]);
  await expectRooted(around, entries.get(ROOT_SHARD)!);
  expect(await audit(around, ['root/', '0/', '1/', '2/'])).toEqual([]);
}

/** No two lists of one version were ever signed, and each may follow the one before. Resolves with them. */
function expectListsInOrder({ lists }: FamilySurroundings): ShardList[] {
  const inOrder = [...lists].toSorted(([a], [b]) => a - b);
  const read = inOrder.map(([version, notes]) => {
    expect([version, notes.size]).toEqual([version, 1]);
    return openShardList([...notes][0]!, FAMILY.signer.key, nodeVerify);
  });
  read.forEach((list, at) => {
    expect(refuseSuccession(read[at - 1], list)).toBeUndefined();
  });
  return read;
}

/** The root log has what readers saw of each shard, to the byte, growing and to its end; and the lists, by their digests. */
async function expectRooted({ folder, logs, lists }: FamilySurroundings, entries: readonly Buffer[]): Promise<void> {
  const sizes = new Map<string, number[]>();
  const versions: number[] = [];
  for (const entry of entries) {
    const read = readRootEntry(entry);
    if (read.kind === 'list') {
      const [note = ''] = lists.get(read.list.version) ?? [];
      expect(Buffer.from(read.list.digest)).toEqual(Buffer.from(listDigest(note)));
      versions.push(read.list.version);
      continue;
    }
    const { origin, size } = read.checkpoint;
    const log = logs.find(({ shard }) => shard.origin === origin);
    expect(log?.shown.notes).toContain(entry.toString());
    sizes.set(origin, [...(sizes.get(origin) ?? []), size]);
  }
  expect(versions).toEqual([...new Set(versions)].toSorted((a, b) => a - b));
  expect(await readFile(join(folder, FAMILY.path, 'shards'), 'utf8')).toBe([...lists.get(versions.at(-1)!)!][0]);
  for (const { shard, shown } of logs.filter((log) => log.shard.number !== ROOT_SHARD)) {
    const rooted = sizes.get(shard.origin) ?? [];
    expect(rooted).toEqual([...new Set(rooted)].toSorted((a, b) => a - b));
    expect(rooted.at(-1)).toBe(Math.max(...shown.roots.keys()));
  }
}

/** What is found where the root log has a list that is not shown yet: the list, its version, a shard that it adds. */
const OF_A_NEWER_LIST: ReadonlySet<string> = new Set(['LIST_ROLLED_BACK', 'LIST_MISSING', 'SHARD_HIDDEN']);

/**
 * Readers who come while there is no process find nothing wrong, at whatever step it ended, but for a list that is about to be
 * shown: the root log that they see has it first.
 */
async function expectReadable(around: FamilySurroundings): Promise<void> {
  if (!existsSync(join(around.folder, FAMILY.path, 'shards'))) return;
  const codes = (await audit(around)).map(({ code }) => code);
  const isOnItsWay = codes.includes('LIST_ROLLED_BACK');
  expect(codes.filter((code) => !(isOnItsWay && OF_A_NEWER_LIST.has(code)))).toEqual([]);
}

/** As a stranger looks who has the family's key and the witness's. `present`: the paths of all logs that there are. */
async function audit(
  { folder, logs }: FamilySurroundings,
  present?: readonly string[],
): Promise<readonly LogFinding[]> {
  const policy = { quorum: 1, witnesses: [logs[0]!.witness.witness] };
  const witnessed = { policy, quorum: 1, witnesses: keysOfWitnesses(policy) };
  const { findings, logs: audits } = await auditFamily(new FolderFamily(join(folder, FAMILY.path), present), {
    ...{ family: FAMILY.signer.key, remembered: 1000, seed: 1, witnessedIn: () => witnessed },
  });
  return [...findings, ...audits.flatMap((log) => log.findings)];
}

/** What only a family does, apart from what each of its logs does. */
const POINTS = [
  ...['store.create .lists', 'store.create lists', 'store.create shards', 'store.swap shards'].map(
    (call) => `${call} of the list`,
  ),
  ...[0, 1, 2, 'root'].flatMap((log) =>
    ['sequencing.takeOver', 'sequencing.grow', 'store.create .heads', 'store.swap checkpoint', 'witness.add'].map(
      (call) => `${call} of ${log}`,
    ),
  ),
];

/**
 * Each write that ties the logs together. What a shard does on its own all fails in `storage-faults`: here only the last of each
 * of its writes, as of all that is read, of which a failure leaves nothing behind.
 */
function tries({ point, kind, isLast }: TriedCall): boolean {
  const isOfShard = / of \d+$/.test(point);
  return isOfShard ? kind === 'writes' && isLast : kind === 'writes' || isLast;
}

itSurvivesEveryFault({ calls: CALLS_OF_A_FAMILY, points: POINTS, tries, run });
