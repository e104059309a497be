import { peersReport, type PeerResults } from './peers-report.js';

const rate = (perSecond: number) => ({ value: { perSecond, refused: 0 } });
const results: PeerResults = {
  at: '2026-11-23T08:00:00.000Z',
  machine: { cores: 2, node: 'v24' },
  load: { before: 1, after: 2.5 },
  bytes: 400,
  appends: {
    ledgerPerSecond: 90_000,
    plainPerSecond: 60_000,
    ratio: 1.5,
    publishedPerSecond: 80_000,
    longestWait: 321,
  },
  tessera: rate(30_000),
  tesseraLargeBatches: rate(40_000),
  tesseraOverHttp: rate(6000),
  immudb: { value: { perSecond: 3000, refused: 0.05 } },
  embedded: { value: { perSecond: 15_000, events: 150_000, bytes: 401 } },
  kafka: { missing: 'Kafka needs Java 17 or newer' },
};

it('gives each ratio beside its goal', () => {
  const text = peersReport(results);
  for (const line of [
    /appends \/ plain batched inserts +│ 1\.50 +│ 0\.8/,
    /appends \/ Tessera in process +│ 3\.00 +│ 1/,
    /appends \/ immudb single sets +│ 30\.00 +│ 5/,
    /embedded, published to sequenced \/ Tessera over HTTP +│ 2\.50 +│ 2/,
    /immudb: single sets, 100 clients +│ 3,000 +│ 5\.0 %/,
  ])
    expect(text).toMatch(line);
});

it('says what was not measured, and why, and claims no ratio for it', () => {
  const text = peersReport(results);
  expect(text).toContain('not measured: Kafka needs Java 17 or newer');
  expect(text).toMatch(/Kafka, published to sequenced \/ Tessera over HTTP +│ not measured/);
});
