import { z } from 'zod';
import { checkTransport, transportOf, transportVariables } from './transport-variables.js';

const variables = z.object(transportVariables).superRefine(checkTransport);
const service = { clientId: 'ledger', partitions: 4 };
const read = (environment: Record<string, string>) => transportOf(variables.parse(environment), service);
const faultsOf = (environment: Record<string, string>) =>
  variables.safeParse(environment).error?.issues.map((issue) => issue.path.join('.'));

const kafka = { KAFKA_BROKERS: 'a:9092, b:9092' };
const embedded = { EVENTS_URL: 'postgres://events@127.0.0.1/events' };

it('reads the embedded transport', () => {
  expect(read(embedded)).toEqual({ kind: 'embedded', url: embedded.EVENTS_URL });
});

it('reads a Kafka that is open to whoever reaches it', () => {
  expect(read(kafka)).toEqual({
    kind: 'kafka',
    brokers: ['a:9092', 'b:9092'],
    clientId: 'ledger',
    partitions: 4,
    replicationFactor: 1,
  });
});

it('reads TLS, a login, and on how many brokers a message is to be', () => {
  const login = { KAFKA_TLS: 'true', KAFKA_USERNAME: 'u', KAFKA_PASSWORD: 'p', KAFKA_REPLICATION_FACTOR: '3' };
  expect(read({ ...kafka, ...login })).toMatchObject({
    ssl: true,
    sasl: { mechanism: 'scram-sha-512', username: 'u', password: 'p' },
    replicationFactor: 3,
  });
});

it.each([
  ['no transport', {}, ['EVENTS_URL']],
  ['two transports', { ...kafka, ...embedded }, ['EVENTS_URL']],
  ['a broker without a port', { KAFKA_BROKERS: 'a' }, ['KAFKA_BROKERS.0']],
  ['a name without a password', { ...kafka, KAFKA_USERNAME: 'u' }, ['KAFKA_PASSWORD']],
  ['a password without a name', { ...kafka, KAFKA_PASSWORD: 'p' }, ['KAFKA_PASSWORD']],
  [
    'a password that anybody could read on its way',
    { ...kafka, KAFKA_USERNAME: 'u', KAFKA_PASSWORD: 'p', KAFKA_SASL_MECHANISM: 'plain' },
    ['KAFKA_TLS'],
  ],
  ['a mechanism that is not offered', { ...kafka, KAFKA_SASL_MECHANISM: 'gssapi' }, ['KAFKA_SASL_MECHANISM']],
  ['TLS that is neither on nor off', { ...kafka, KAFKA_TLS: '1' }, ['KAFKA_TLS']],
])('refuses %s', (_, environment, faults) => {
  expect(faultsOf(environment)).toEqual(faults);
});
