import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { waitUntil } from '#embedded/wait-until.js';
import { generateSigningKey } from '#exchange/keys.js';
import { createPublisher } from '#platform/transport/transport.js';
import { transportConfig } from '#platform/transport/transport-config.js';
import { describeWhere } from '../support/describe-where.js';
import { securedListener, type SecuredListener } from '../support/kafka-security.js';
import { ownKafkaAvailability, startOwnKafka, type KafkaServer } from '../support/kafka-server.js';
import { anEvent } from './an-event.js';
import { messagesOf, startConsumer, takesAll } from './start-consumer.js';

const TEST_MS = 90_000;
const describeKafka = describeWhere('Apache Kafka', ownKafkaAvailability());

describeKafka('Kafka behind TLS and a login', () => {
  let secured: SecuredListener;
  let server: KafkaServer;
  const config = (given: { password?: string; ca?: string } = {}) =>
    transportConfig.parse({
      kind: 'kafka',
      brokers: [secured.broker],
      clientId: 'suite',
      ssl: given.ca === '' ? true : { ca: secured.ca },
      sasl: { mechanism: 'plain', username: secured.username, password: given.password ?? secured.password },
    });

  beforeAll(async () => {
    secured = await securedListener();
    server = await startOwnKafka({ secured });
  }, TEST_MS);
  afterAll(async () => {
    await server.stop();
    await rm(secured.dir, { recursive: true, force: true });
  }, TEST_MS);

  it(
    'publishes and delivers',
    async () => {
      const topic = `secured.${randomUUID()}`;
      const arrived: string[] = [];
      const consumer = await startConsumer(config(), topic, (batch) => {
        arrived.push(...messagesOf(batch).map((message) => message.event!.id));
        return Promise.resolve(takesAll);
      });
      const publisher = await createPublisher(config(), generateSigningKey());
      const event = anEvent();
      await publisher.publish(topic, [event]);
      expect(await waitUntil(() => arrived.length > 0, 20_000)).toBe(true);
      expect(arrived).toEqual([event.id]);
      await publisher.close();
      await consumer.close();
    },
    TEST_MS,
  );

  it.each([
    ['the wrong password', { password: 'open barley' }, 'SASL PLAIN authentication failed'],
    ['a server whose certificate nobody trusts', { ca: '' }, 'certificate'],
  ])(
    'neither publishes nor starts with %s',
    async (_, wrong, reason) => {
      const topic = `secured.${randomUUID()}`;
      const publisher = await createPublisher(config(wrong), generateSigningKey());
      await expect(publisher.publish(topic, [anEvent()])).rejects.toThrow(reason);
      await publisher.close();
      await expect(startConsumer(config(wrong), topic, () => Promise.resolve(takesAll))).rejects.toThrow(reason);
    },
    TEST_MS,
  );
});
