import { transportConfig } from './transport-config.js';

const kafka = { kind: 'kafka', brokers: ['127.0.0.1:9092'], clientId: 'ledger' };

describe('the transport\u2019s configuration', () => {
  it('needs only brokers and a client id for Kafka', () => {
    expect(transportConfig.parse(kafka)).toEqual({ ...kafka, replicationFactor: 1 });
  });

  it.each(['plain', 'scram-sha-256', 'scram-sha-512'])('passes on TLS and a %s login', (mechanism) => {
    const secured = { ...kafka, ssl: { ca: 'PEM' }, sasl: { mechanism, username: 'u', password: 'p' } };
    expect(transportConfig.parse(secured)).toMatchObject(secured);
  });

  it('needs a PostgreSQL address for the embedded transport', () => {
    const embedded = { kind: 'embedded', url: 'postgresql://u:p@127.0.0.1:8832/events' };
    expect(transportConfig.parse(embedded)).toEqual(embedded);
  });

  it.each([
    ['no broker', { ...kafka, brokers: [] }],
    ['a broker without a port', { ...kafka, brokers: ['kafka'] }],
    ['brokers in one string', { ...kafka, brokers: ['a:1,b:2'] }],
    ['no partition', { ...kafka, partitions: 0 }],
    ['a member that it does not know', { ...kafka, replicas: 3 }],
    ['a login by other means', { ...kafka, sasl: { mechanism: 'gssapi', username: 'u', password: 'p' } }],
    ['another database', { kind: 'embedded', url: 'mysql://127.0.0.1/events' }],
    ['another transport', { kind: 'carrier-pigeon' }],
  ])('refuses %s', (_, config) => {
    expect(transportConfig.safeParse(config).success).toBe(false);
  });
});
