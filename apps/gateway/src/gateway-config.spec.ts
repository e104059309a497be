import { readEnvironment } from '#platform/config/read-environment.js';
import { gatewayConfig } from './gateway-config.js';

const complete = {
  DATABASE_URL: 'postgres://gateway@127.0.0.1:8832/gateway',
  EVENTS_URL: 'postgres://events@127.0.0.1:8832/events',
  LEDGER_URL: 'http://127.0.0.1:8801',
  GATEWAY_KEY_FILE: 'gateway.jwk.json',
  OPERATOR_KEYS_FILE: 'operators.jwks.json',
  PUBLIC_AUTHORITIES: '127.0.0.1:8800, gateway.example',
};

it('needs little to be told, and has a default for the rest', () => {
  const config = readEnvironment(gatewayConfig, complete);
  expect(config.address).toEqual({ host: '127.0.0.1', port: 8800 });
  expect(config.transport).toEqual({ kind: 'embedded', url: complete.EVENTS_URL });
  expect([...config.authorities]).toEqual(['127.0.0.1:8800', 'gateway.example']);
});

it('goes to Kafka where brokers are named', () => {
  const config = readEnvironment(gatewayConfig, { ...complete, EVENTS_URL: undefined, KAFKA_BROKERS: 'a:9092,b:9092' });
  expect(config.transport).toMatchObject({ kind: 'kafka', brokers: ['a:9092', 'b:9092'] });
});

it.each([
  ['DATABASE_URL', { DATABASE_URL: undefined }],
  ['DATABASE_URL', { DATABASE_URL: 'mysql://127.0.0.1' }],
  ['PORT', { PORT: '70000' }],
  ['PORT', { PORT: 'http' }],
  ['LEDGER_URL', { LEDGER_URL: 'file:///ledger' }],
  ['EVENTS_URL', { EVENTS_URL: undefined }],
  ['EVENTS_URL', { KAFKA_BROKERS: 'a:9092' }],
  ['KAFKA_BROKERS', { EVENTS_URL: undefined, KAFKA_BROKERS: 'a' }],
  ['PUBLIC_AUTHORITIES', { PUBLIC_AUTHORITIES: 'Gateway.example' }],
  ['DECISION_LIFETIME_SECONDS', { DECISION_LIFETIME_SECONDS: '61' }],
  ['POOL_SIZE', { POOL_SIZE: '0' }],
  ['ADAPTER_TIMEOUT_MS', { ADAPTER_TIMEOUT_MS: '0' }],
  ['DOCS_KEY_FILE', { DOCS_KEY_FILE: 'system.jwk.json', HOST: '0.0.0.0' }],
  ['DOCS_OPERATOR_KEY_FILE', { DOCS_OPERATOR_KEY_FILE: 'operator.jwk.json' }],
])('names %s where it is wrong: %j', (name, change) => {
  expect(() => readEnvironment(gatewayConfig, { ...complete, ...change })).toThrow(new RegExp(`^  ${name}`, 'm'));
});
