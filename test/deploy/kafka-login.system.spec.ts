import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { createKafka } from '#platform/transport/kafka/create-kafka.js';
import { ensureTopics } from '#platform/transport/kafka/ensure-topics.js';
import { describeWhere } from '../support/describe-where.js';
import { securedListener, type SecuredListener } from '../support/kafka-security.js';
import { ownKafkaAvailability, startOwnKafka, type KafkaServer } from '../support/kafka-server.js';
import { root } from './compose-file.js';

jest.setTimeout(90_000);

/** The one that publish.main.ts publishes to. */
const TOPIC = 'deploy.login';

describeWhere('Apache Kafka', ownKafkaAvailability())('a Kafka that asks for TLS and a login', () => {
  let secured: SecuredListener;
  let server: KafkaServer;
  let environment: Record<string, string>;

  beforeAll(async () => {
    secured = await securedListener();
    server = await startOwnKafka({ secured });
    await createTopic(server.brokers);
    const authority = join(secured.dir, 'authority.pem');
    writeFileSync(authority, secured.ca);
    environment = {
      KAFKA_BROKERS: secured.broker,
      KAFKA_TLS: 'true',
      NODE_EXTRA_CA_CERTS: authority,
      KAFKA_SASL_MECHANISM: 'plain',
      KAFKA_USERNAME: secured.username,
      KAFKA_PASSWORD: secured.password,
    };
  });
  afterAll(async () => {
    await server.stop();
    await rm(secured.dir, { recursive: true, force: true });
  });

  it('is reached by what docs/deployment.md names', async () => {
    expect(await publish(environment)).toEqual({ ok: true, said: '' });
  });

  it('is not reached where its authority is not known', async () => {
    const { NODE_EXTRA_CA_CERTS, ...rest } = environment;
    expect(NODE_EXTRA_CA_CERTS).toBeDefined();
    expect(await publish(rest)).toMatchObject({ ok: false, said: expect.stringContaining('certificate') as string });
  });

  it('is not reached with another password', async () => {
    const answer = await publish({ ...environment, KAFKA_PASSWORD: 'open barley' });
    expect(answer).toMatchObject({ ok: false, said: expect.stringContaining('authentication failed') as string });
  });
});

/** As the ledger does, which a publisher waits for. By the listener that asks for no login. */
async function createTopic(brokers: string[]): Promise<void> {
  const config = { kind: 'kafka', brokers, clientId: 'ledger', replicationFactor: 1 } as const;
  await ensureTopics(createKafka(config), config, [TOPIC]);
}

function publish(environment: Record<string, string>): Promise<{ ok: boolean; said: string }> {
  const hooks = join(root, 'test', 'support', 'compile-hooks.mjs');
  const flags = ['--conditions=source', '--no-warnings', '--import', hooks];
  return new Promise((done) => {
    execFile(
      process.execPath,
      [...flags, join(import.meta.dirname, 'publish.main.ts')],
      { env: environment, timeout: 60_000 },
      (error, _output, said) => {
        done({ ok: error === null, said });
      },
    );
  });
}
