import { z } from 'zod';
import { contracts } from './contracts.js';
import { LEDGER_TOPIC } from './contract.js';
import { decode } from './encode.js';
import { link } from './link.js';
import { ledgerTombstoneV1 } from './ledger-tombstone.v1.js';

const HEAD = '"id":"0198f3b2-7c5e-8d11-9a30-2f1c6d7e8f90"';
const TIME = '"time":"2026-11-23T08:00:00.000Z"';
const CHAIN = '0198f3b2-7c5e-4d11-9a30-2f1c6d7e8f90';
const HASH = 'n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg';

/** Bytes as they were published once: what a version has taken, it takes for ever. */
const published: Record<string, string> = {
  'access.decided.v1':
    '{"agreements":[{"id":"housing-population","version":3}],"authenticated":true,' +
    '"basis":{"article":"\u7b2c\u5341\u4e8c\u6761","law":"\u516c\u5171\u79df\u8d41\u4f4f\u623f\u7ba1\u7406\u529e\u6cd5"},' +
    `"commitment":"${HASH}","consumer":"housing/eligibility",${HEAD},"mode":"records","outcome":"permit",` +
    `"policy":"${HASH}","purpose":"dpv:ServiceProvision","resource":"population/residents","select":["household_size"],` +
    `"source":"gateway",${TIME},"type":"access.decided.v1","where":["resident_id"]}`,
  'access.released.v1':
    `{"commitment":"${HASH}","consumer":"housing/eligibility","decision":"${HASH}","fields":["household_size"],${HEAD},` +
    `"policy":"${HASH}","purpose":"dpv:ServiceProvision","resource":"population/residents","rows":1,` +
    `"source":"adapter/population",${TIME},"type":"access.released.v1"}`,
  'access.failed.v1':
    `{"consumer":"housing/eligibility",${HEAD},"reason":"ADAPTER_UNAVAILABLE","resource":"population/residents",` +
    `"source":"gateway",${TIME},"type":"access.failed.v1"}`,
  'registry.changed.v1':
    `{"action":"changed","by":"operator-1","content":"${HASH}",${HEAD},"name":"housing-population","source":"gateway",` +
    `"subject":"agreement",${TIME},"type":"registry.changed.v1","version":3}`,
  'access.erased.v1': `{"by":"key:operator-1","ground":"consent-withdrawn",${HEAD},"source":"gateway",${TIME},"type":"access.erased.v1"}`,
  'release.erased.v1':
    `{"by":"key:operator-1","ground":"required-by-law",${HEAD},"source":"adapter/population",${TIME},` +
    '"type":"release.erased.v1"}',
  'reconciliation.found.v1':
    `{"evidence":[{"index":7,"leaf":"${HASH}","shard":0}],"exchange":"${CHAIN}",${HEAD},"kind":"late","members":["time"],` +
    `"owner":"population","source":"ledger",${TIME},"type":"reconciliation.found.v1"}`,
  'alert.changed.v1':
    `{"action":"explained","alert":"${CHAIN}","by":"key:operator-1","evidence":[],${HEAD},"reason":"outage","source":"ledger",` +
    `"state":"explained",${TIME},"type":"alert.changed.v1"}`,
  'note.erased.v1':
    `{"alert":"${CHAIN}","by":"key:operator-1","ground":"unlawful",${HEAD},"source":"ledger",${TIME},` +
    '"type":"note.erased.v1"}',
};

describe('the event contracts', () => {
  it('are all here, each by its type and on the topic of the ledger', () => {
    expect([...contracts.keys()].toSorted()).toEqual(Object.keys(published).toSorted());
    for (const [type, contract] of contracts) expect(contract).toMatchObject({ type, topic: LEDGER_TOPIC });
  });

  it('have tags of their own, which tables store for ever', () => {
    expect(Object.fromEntries([...contracts].map(([type, { tag }]) => [type, tag]))).toEqual({
      'access.decided.v1': 1,
      'access.released.v1': 2,
      'access.failed.v1': 3,
      'registry.changed.v1': 4,
      'access.erased.v1': 5,
      'release.erased.v1': 6,
      'reconciliation.found.v1': 7,
      'alert.changed.v1': 8,
      'note.erased.v1': 9,
    });
    expect([...contracts.values()].map(({ tag }) => tag)).not.toContain(ledgerTombstoneV1.tag);
  });

  it.each(Object.entries(published))('still read %s as it was published', (type, text) => {
    const { id, source, time } = JSON.parse(text) as { id: string; source: string; time: string };
    const { entry } = decode({ id, type, source, time, key: id, data: Buffer.from(text) });
    expect(entry).toEqual(JSON.parse(text));
  });

  it.each(Object.entries(published))(
    'take %s with its place in a sequence, behind every other member',
    (type, text) => {
      const bare = JSON.parse(text) as { id: string; source: string; time: string };
      const event = { ...bare, type, key: bare.id, data: Buffer.from(text) };
      const { linked } = link([event], { chain: CHAIN, number: 7, previous: HASH });
      const place = `,"writer":{"chain":"${CHAIN}","number":7,"previous":"${HASH}"}}`;
      expect(Buffer.from(linked[0]!.data).toString()).toBe(text.slice(0, -1) + place);
      expect(decode(linked[0]!).entry).toEqual(JSON.parse(text.slice(0, -1) + place));
    },
  );

  it('have no member whose name comes behind `writer`', () => {
    for (const { schema } of contracts.values()) {
      const { properties = {} } = z.toJSONSchema(schema, { io: 'input' });
      expect(Object.keys(properties).toSorted().at(-1)).toBe('writer');
    }
  });

  it('let nobody send the tombstone that the ledger writes itself', () => {
    expect(contracts.has(ledgerTombstoneV1.type)).toBe(false);
  });

  it.each(Object.entries(published))('have no room in %s for free text', (type, text) => {
    const { schema } = contracts.get(type)!;
    const entry = JSON.parse(text) as Record<string, unknown>;
    for (const [member, value] of Object.entries(entry)) {
      if (typeof value !== 'string') continue;
      for (const words of ['\u5f20\u4e09', 'Zhang San', '1 Main Street', '<script>']) {
        expect(schema.safeParse({ ...entry, [member]: words }).success).toBe(false);
      }
    }
  });
});
