import { readEnvironment } from '#platform/config/read-environment.js';
import { adapterConfig } from './adapter-config.js';

const environment = {
  DATABASE_URL: 'postgres://adapter@127.0.0.1/adapter',
  EVENTS_URL: 'postgres://events@127.0.0.1/events',
  LEDGER_URL: 'http://127.0.0.1:8801',
  ADAPTER_CONFIG: 'population.yaml',
  ADAPTER_KEY_FILE: 'adapter.jwk.json',
  GATEWAY_KEYS_FILE: 'gateway.jwks.json',
};
const read = (changes: Record<string, string | undefined> = {}) =>
  readEnvironment(adapterConfig, { ...environment, ...changes });

it('needs little and fills in the rest', () => {
  expect(read()).toMatchObject({
    address: { host: '127.0.0.1', port: 8810 },
    transport: { kind: 'embedded', url: environment.EVENTS_URL },
    gateway: { issuer: 'gateway' },
    pseudonyms: { secret: undefined, epoch: '1' },
  });
});

it('takes Kafka in place of the embedded transport', () => {
  const { transport } = read({ EVENTS_URL: undefined, KAFKA_BROKERS: 'a:9092, b:9092' });
  expect(transport).toMatchObject({ kind: 'kafka', brokers: ['a:9092', 'b:9092'] });
});

it.each([
  ['a database', { DATABASE_URL: undefined }, /DATABASE_URL/],
  ['a database that is PostgreSQL', { DATABASE_URL: 'mysql://a/b' }, /DATABASE_URL/],
  ['a transport', { EVENTS_URL: undefined }, /either EVENTS_URL or KAFKA_BROKERS/],
  ['one transport', { KAFKA_BROKERS: 'a:9092' }, /either EVENTS_URL or KAFKA_BROKERS/],
  ['brokers with ports', { EVENTS_URL: undefined, KAFKA_BROKERS: 'a' }, /KAFKA_BROKERS.*host:port/],
  ['a secret that is long enough', { PSEUDONYM_SECRET: 'short' }, /PSEUDONYM_SECRET: 32 bytes/],
  ['the origin of the logs where there are operators', { OPERATOR_KEYS_FILE: 'operators.jwks.json' }, /LEDGER_ORIGIN/],
  ['an origin that is one', { LEDGER_ORIGIN: 'https://sluice.example' }, /LEDGER_ORIGIN: a URL without a scheme/],
  ['a port', { PORT: '70000' }, /PORT/],
])('insists on %s', (_, changes, message) => {
  expect(() => read(changes)).toThrow(message);
});
