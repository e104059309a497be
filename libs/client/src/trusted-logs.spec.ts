import { formatVkey } from '#merkle/note-key.js';
import { portableNoteSigner } from '#merkle/sign-note.js';
import { aWitness } from '../test/cosigned-evidence.js';
import { ORIGIN, trustFileOfTests } from '../test/evidence.js';
import type { Family } from './ledger-client.js';
import { trustedLogs } from './trusted-logs.js';
import { readTrust, type TrustFile } from './trust.js';

const NOW = new Date('2026-06-01T00:00:00.000Z');
const [log] = trustFileOfTests.logs;
const [a, b, next] = [aWitness('w/a', 1), aWitness('w/b', 2), aWitness('w/b', 3)].map(({ named }) => named);

const told = (witnesses: NonNullable<TrustFile['witnesses']>, quorum: number, family?: Family) => ({
  shards: () =>
    Promise.resolve([{ shard: 0, origin: ORIGIN, vkey: log!.vkey, size: 37, checkpoint: '', prefix: '/log/0/' }]),
  family: () => Promise.resolve(family),
  witnesses: () => Promise.resolve({ quorum, witnesses }),
});
/** As a whole file that can be used. */
async function file(ledger: ReturnType<typeof told>, before?: TrustFile): Promise<TrustFile> {
  const whole = { ...(await trustedLogs(ledger, NOW, before)), departments: trustFileOfTests.departments };
  readTrust(whole);
  return whole;
}

it('names the witnesses of a new log, all of whose checkpoints must have the quorum', async () => {
  expect(await file(told([a!, b!], 2))).toEqual({ ...trustFileOfTests, witnesses: [a, b], quorum: 2 });
  expect(await file(told([], 0))).toEqual(trustFileOfTests);
});

it('asks the quorum of what comes from now on, where a log had no witnesses before', async () => {
  const { logs, ...first } = await file(told([a!, b!], 2), trustFileOfTests);
  expect(logs).toEqual([{ ...log, witnessedFrom: 38 }]);
  // And keeps to that size.
  expect((await file(told([a!, b!], 2), { logs, ...first })).logs).toEqual(logs);
});

it('lets a key that is gone count for the past', async () => {
  const before = await file(told([a!, b!], 2));
  const after = await file(told([a!, next!], 2), before);
  expect(after.witnesses).toEqual([
    a,
    { name: 'w/b', keys: [...next!.keys, { ...b!.keys[0], until: '2026-06-01T00:00:00.000Z' }] },
  ]);
  const without = await file(told([a!], 1), after);
  expect(without.witnesses?.map(({ name, keys }) => [name, keys.map(({ until }) => until)])).toEqual([
    ['w/a', [undefined]],
    ['w/b', ['2026-06-01T00:00:00.000Z', '2026-06-01T00:00:00.000Z']],
  ]);
});

it('names the family, and keeps a log that was trusted and is not named any more', async () => {
  const family = {
    origin: 'ledger.test/log',
    vkey: formatVkey(portableNoteSigner('ledger.test/log', new Uint8Array(32)).key),
  };
  const old = { origin: 'old.test/log', vkey: formatVkey(portableNoteSigner('old.test/log', new Uint8Array(32)).key) };
  const before = { ...trustFileOfTests, logs: [...trustFileOfTests.logs, old] };
  const after = await file(told([], 0, { ...family, list: '/log/shards' }), before);
  expect(after).toEqual({ ...before, families: [family] });
  expect([...readTrust(after).families.keys()]).toEqual(['ledger.test/log']);
});
