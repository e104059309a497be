import { ledgerConfig } from './ledger-config.js';

const bare = {
  DATABASE_URL: 'postgres://localhost/ledger',
  LEDGER_ORIGIN: 'sluice.example/evidence',
  LEDGER_KEY_FILE: 'key.pem',
  SOURCES_FILE: 'sources.json',
  TILES: 'file:tiles',
};
const embedded = { ...bare, EVENTS_URL: 'postgres://localhost/events' };
const kafka = { ...bare, KAFKA_BROKERS: 'one:9092, two:9092' };
const faultsOf = (variables: Record<string, string>) =>
  ledgerConfig.safeParse(variables).error?.issues.map((issue) => issue.path.join('.')) ?? [];

it('runs one shard on the embedded transport', () => {
  expect(ledgerConfig.parse(embedded)).toMatchObject({
    shards: 1,
    transport: { kind: 'embedded', url: embedded.EVENTS_URL },
    address: { host: '127.0.0.1', port: 8801 },
  });
  expect(faultsOf({ ...embedded, LEDGER_SHARDS: '2' })).toEqual(['LEDGER_SHARDS']);
});

it('runs as many shards on Kafka as the topic gets partitions', () => {
  expect(ledgerConfig.parse({ ...kafka, LEDGER_SHARDS: '16' })).toMatchObject({
    shards: 16,
    transport: { kind: 'kafka', brokers: ['one:9092', 'two:9092'], groupId: 'ledger', partitions: 16 },
  });
});

it('wants one transport', () => {
  expect(faultsOf(bare)).toEqual(['EVENTS_URL']);
  expect(faultsOf({ ...kafka, ...embedded })).toEqual(['EVENTS_URL']);
});

it.each(['sluice.example', 'sluice.example/evidence', 'localhost:8801/a/b-c_d.e'])(
  'takes %s for an origin',
  (origin) => {
    expect(ledgerConfig.parse({ ...embedded, LEDGER_ORIGIN: origin }).origin).toBe(origin);
  },
);

it.each([
  'https://sluice.example/evidence',
  'sluice.example/',
  'sluice.example//evidence',
  'sluice.example/../evidence',
  'sluice.example/.heads',
  'Sluice.example',
  'sluice.example/a b',
  'sluice.example/a+b',
  'sluice.example/v1',
  'sluice.example/docs/evidence',
  '',
])('refuses %j for an origin', (origin) => {
  expect(faultsOf({ ...embedded, LEDGER_ORIGIN: origin })).toEqual(['LEDGER_ORIGIN']);
});

it('names each variable that is missing or wrong', () => {
  expect(
    faultsOf({ ...embedded, PORT: '70000', DATABASE_URL: 'mysql://localhost', LEDGER_SHARDS: '0' }).sort(),
  ).toEqual(['DATABASE_URL', 'LEDGER_SHARDS', 'PORT']);
});
