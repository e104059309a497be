import { ID, evidence, ORIGIN } from '../test/evidence.js';
import { problem, startPeer, type Received, type Reply } from '../test/http-peer.js';
import { LedgerClient } from './ledger-client.js';

async function reading(answer: (request: Received) => Reply) {
  const peer = await startPeer(answer);
  const ledger = new LedgerClient({ ledger: peer.url });
  return { peer, ledger, [Symbol.asyncDispose]: peer[Symbol.asyncDispose] };
}

it('lists the newest entries, a page at a time', async () => {
  const entry = {
    type: 'access.decided.v1',
    id: ID,
    time: '2026-11-23T09:00:00.500Z',
    source: 'gateway',
    outcome: 'permit',
  };
  const listed = { shard: 0, origin: ORIGIN, index: 4, entry };
  await using set = await reading(() => ({ body: { entries: [{ ...listed, leaf: 'x' }], next: 'more' } }));
  expect(await set.ledger.entries({ limit: 1, shard: 0, cursor: 'a=b' })).toEqual({ entries: [listed], next: 'more' });
  expect(set.peer.received[0]?.target).toBe('/v1/entries?limit=1&shard=0&cursor=a%3Db');
});

it('gives the entries of an event with their proofs', async () => {
  const proven = { ...evidence().receipt.decision, type: 'access.decided.v1' };
  await using set = await reading(() => ({ body: { entries: [proven] } }));
  expect(await set.ledger.event(ID)).toEqual([proven]);
  expect(set.peer.received[0]?.target).toBe(`/v1/events/${ID}`);
});

it('names the logs and their keys', async () => {
  const shard = { shard: 0, origin: ORIGIN, vkey: 'v', size: 5, checkpoint: 'c', prefix: '/log/0/' };
  await using set = await reading(() => ({ body: { shards: [{ ...shard, state: 'open' }] } }));
  expect(await set.ledger.shards()).toEqual([shard]);
});

it('tells apart what is not published from what is not there', async () => {
  await using set = await reading(({ target }) =>
    target.startsWith('/v1/events') ? problem(404, 'NOT_FOUND') : { body: { entries: 'none' } },
  );
  await expect(set.ledger.event(ID)).rejects.toMatchObject({ code: 'REFUSED', problem: { code: 'NOT_FOUND' } });
  await expect(set.ledger.entries({ limit: 1 })).rejects.toMatchObject({ code: 'ANSWER_UNREADABLE' });
});
