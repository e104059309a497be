import { generateKeyPairSync } from 'node:crypto';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { nodeNoteSigner, nodeVerify } from '#merkle/node-cryptography.js';
import { NOTE_ALGORITHM } from '#merkle/note-key.js';
import { openCheckpoint } from '#merkle/open-checkpoint.js';
import { keysOfWitnesses, readWitnessPolicy } from '#merkle/witness-policy.js';
import { aShard } from '../../apps/ledger/test/a-log.js';
import { grownLog } from '../../apps/ledger/test/a-witness.js';
import { LedgerMetrics } from '../../apps/ledger/src/ledger-metrics.js';
import { Witnesses } from '../../apps/ledger/src/witnessing/witnesses.js';
import { DepartmentWitness, forGood, vkeyIn } from './departments-as-witnesses.js';

const shard = aShard();
const { signer: logSigner, origin } = shard;
const names = ['w/population', 'w/transport', 'w/real-estate'];
const log = grownLog(300);
let departments: DepartmentWitness[];
let ledgers: Witnesses[];
let foreigners: Server[];

const newKey = (name: string) =>
  nodeNoteSigner(name, generateKeyPairSync('ed25519').privateKey, NOTE_ALGORITHM.cosignature);

beforeEach(async () => {
  [ledgers, foreigners] = [[], []];
  const logs = new Map([[origin, [logSigner.key]]]);
  departments = await Promise.all(
    names.map((name) => DepartmentWitness.start({ name, signers: [forGood(newKey(name))], logs, seen: [] })),
  );
}, 60_000);
afterEach(async () => {
  await Promise.all(ledgers.map((one) => one.close()));
  for (const one of foreigners) one.close().closeAllConnections();
  await Promise.all(departments.map((one) => one.end()));
});

/** The ledger's side as it starts, by what its policy says: which keys each witness has, and where it is. */
function ledger(
  keys = departments.map(({ settings }) => settings.signers.map(({ signer }) => vkeyIn(signer))),
  { quorum = 2, urls = departments.map(({ url }) => url), of = log, timeout = 30_000 } = {},
) {
  const text = names.map((name, at) => ({ name, keys: keys[at] ?? [] }));
  const policy = readWitnessPolicy({ quorum, witnesses: text });
  const witnesses = policy.witnesses.map((witness, at) => ({ witness, url: urls[at] ?? '', text: text[at]! }));
  const asked = { policy, witnesses };
  const sequenced = {
    head: async () => ({ size: await of.sequenced.size(), root: new Uint8Array(32), epoch: 1 }),
    rootAt: async (_: number, size: number) => Buffer.from((await of.sequenced.rootAt(size)) ?? []),
  };
  const parts = { metrics: new LedgerMetrics(new Registry()), logger: pino({ level: 'silent' }) };
  const one = new Witnesses({ asked, timeout, sequenced, ...parts });
  ledgers.push(one);
  const cosigner = one.cosignerOf(shard)!;
  const trust = { log: logSigner.key, witnesses: keysOfWitnesses(policy) };
  return {
    cosigner,
    /** The names and key ids of the cosignatures that hold. */
    cosign: async (size: number) => {
      const note = await cosigner.cosign(of.head(size), of.tiles);
      return openCheckpoint(note, trust, nodeVerify).cosignatures;
    },
  };
}

const namesOf = (cosignatures: readonly { readonly name: string }[]) => cosignatures.map(({ name }) => name).toSorted();

it('grows a log under the eyes of the departments, each of which shows what it saw', async () => {
  const { cosign } = ledger(undefined, { quorum: 3 });
  for (const size of [0, 1, 255, 256, 300]) expect(namesOf(await cosign(size))).toEqual(names.toSorted());
  for (const one of departments) {
    const shown = openCheckpoint(await one.last(origin), { log: logSigner.key }, nodeVerify);
    expect([shown.size, shown.root]).toEqual([300, log.head(300).root]);
  }
  // A ledger that starts knows nothing of them and is told by them.
  expect(namesOf(await ledger(undefined, { quorum: 3 }).cosign(300))).toEqual(names.toSorted());
});

it('goes on while one is down, and takes it along from where it was', async () => {
  const { cosign, cosigner } = ledger();
  await cosign(10);
  await departments[0]!.stop();
  expect(await cosign(200)).toHaveLength(2);
  expect(cosigner.away).toEqual([expect.stringMatching(/^w\/population \((ECONNREFUSED|UND_ERR_SOCKET)\)$/)]);
  await departments[1]!.stop();
  await expect(cosign(250)).rejects.toMatchObject({ code: 'QUORUM_MISSING' });
  await Promise.all(departments.slice(0, 2).map((one) => one.listen()));
  const back = await cosign(250);
  expect(back.length).toBeGreaterThanOrEqual(2);
  expect(namesOf(await ledger(undefined, { quorum: 3 }).cosign(300))).toEqual(names.toSorted());
});

it('of two ledgers that show two histories at once, no two heads of one size get a quorum', async () => {
  const other = grownLog(300, 'b');
  const both = [ledger(), ledger(undefined, { of: other })];
  const outcomes = await Promise.allSettled(both.map(({ cosign }) => cosign(300)));
  expect(outcomes.filter(({ status }) => status === 'fulfilled').length).toBeLessThanOrEqual(1);
});

it('finds at each department that the log went back, or was written anew', async () => {
  await ledger(undefined, { quorum: 3 }).cosign(300);
  const shorter = grownLog(200);
  await expect(ledger(undefined, { of: shorter }).cosign(200)).rejects.toMatchObject({ code: 'WITNESS_AHEAD' });
  const anew = grownLog(400, 'b');
  await expect(ledger(undefined, { of: anew }).cosign(400)).rejects.toMatchObject({ code: 'WITNESS_DISAGREES' });
});

it('changes the key of a witness in the steps that are written down, and publishes at each of them', async () => {
  const [first, ...others] = departments;
  const [old] = first!.settings.signers;
  const next = newKey(names[0]!);
  const rest = others.map(({ settings }) => settings.signers.map(({ signer }) => vkeyIn(signer)));
  const idsOf = async (one: ReturnType<typeof ledger>, size: number) =>
    (await one.cosign(size)).filter(({ name }) => name === names[0]).map(({ keyId }) => keyId);
  const all = { quorum: 3 };
  const before = ledger(undefined, all);
  expect(await idsOf(before, 10)).toEqual([old!.signer.key.keyId]);
  // 1. The witness signs with both: whoever knows the old one only is content.
  await first!.restartWith([old!, forGood(next)]);
  expect(await idsOf(before, 20)).toEqual([old!.signer.key.keyId]);
  // 2. Verifiers and the ledger learn the new key beside the old one.
  const knowsBoth = ledger([[vkeyIn(old!.signer), vkeyIn(next)], ...rest], all);
  expect((await idsOf(knowsBoth, 30)).toSorted()).toEqual([old!.signer.key.keyId, next.key.keyId].toSorted());
  // 3. The witness signs with the new one alone.
  await first!.restartWith([forGood(next)]);
  expect(await idsOf(knowsBoth, 50)).toEqual([next.key.keyId]);
  // 4. The old one goes from the policy.
  expect(await idsOf(ledger([[vkeyIn(next)], ...rest], all), 60)).toEqual([next.key.keyId]);
}, 60_000);

describe('a peer that is no witness', () => {
  /** Milliseconds: it will never answer. */
  const BRIEFLY = 200;
  async function foreigner(answer: RequestListener): Promise<string> {
    const server = createServer(answer);
    foreigners.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/witness/`;
  }
  const reasonOf = async (url: string, timeout?: number) => {
    const urls = [url, ...departments.slice(1).map((one) => one.url)];
    const { cosign, cosigner } = ledger(undefined, { quorum: 3, urls, timeout });
    await expect(cosign(10)).rejects.toMatchObject({ code: 'QUORUM_MISSING' });
    // The other two are enough for a quorum of two.
    expect(await ledger(undefined, { urls }).cosign(10)).toHaveLength(2);
    return cosigner.away.join();
  };

  it('hangs', async () => {
    expect(await reasonOf(await foreigner(() => undefined), BRIEFLY)).toContain('no answer in time');
  });

  it('hangs in the middle of its answer', async () => {
    const url = await foreigner((_request, reply) => {
      reply.write('— w');
    });
    expect(await reasonOf(url, BRIEFLY)).toContain('no answer in time');
  });

  it('answers without end', async () => {
    const url = await foreigner((_request, reply) => {
      const more = () => {
        while (reply.write('x'.repeat(65_536)));
        reply.once('drain', more);
      };
      more();
    });
    expect(await reasonOf(url)).toMatch(/UND_ERR|cannot be asked/);
  });

  it('says that the log went back, and hangs where it should show it', async () => {
    const url = await foreigner(({ method }, reply) => {
      if (method === 'POST') reply.writeHead(409).end('1000\n');
    });
    expect(await reasonOf(url, BRIEFLY)).toContain('without proof (no answer in time)');
  });

  it.each([
    [200, '<html>', 'INVALID_NOTE'],
    [302, '', 'answered 302'],
    [409, 'many', 'answered 409'],
    [409, '-1\n', 'answered 409'],
    [409, '9007199254740991\n', 'says that the log went back, without proof (answered 409)'],
    [422, '', 'contradicts itself'],
    [500, '', 'answered 500'],
  ])('answers %d %j', async (status, body, reason) => {
    const url = await foreigner((_request, reply) => {
      reply.writeHead(status).end(body);
    });
    expect(await reasonOf(url)).toContain(reason);
  });
});
