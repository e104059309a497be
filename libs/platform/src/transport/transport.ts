import type { EventPublisher } from '#events/transport.js';
import type { SigningKey } from '#exchange/keys.js';
import { createBoss } from './embedded/create-boss.js';
import { EmbeddedEventServer } from './embedded/embedded-event-server.js';
import { EmbeddedPublisher } from './embedded/embedded-publisher.js';
import type { EventServer, StrategyOptions, TransportLogger } from './event-server.js';
import { createKafka } from './kafka/create-kafka.js';
import { KafkaEventServer } from './kafka/kafka-event-server.js';
import { KafkaPublisher } from './kafka/kafka-publisher.js';
import type { TransportConfig } from './transport-config.js';

/**
 * `key`: of the source whose events it publishes. Kafka may be down: the publisher connects when it has something to publish.
 * The embedded transport's database must be there, and its queues are set up in it; rejects after some fifteen seconds where it
 * is not.
 */
export async function createPublisher(
  config: TransportConfig,
  key: SigningKey,
  logger?: TransportLogger,
): Promise<EventPublisher> {
  switch (config.kind) {
    case 'kafka':
      return new KafkaPublisher(createKafka(config, logger), key);
    case 'embedded':
      return new EmbeddedPublisher(await createBoss(config, { connections: 2, supervise: false }, logger), key);
  }
}

/** For `app.connectMicroservice({ strategy })`. Topics are those of the application's `@EventPattern` handlers. */
export function createStrategy(config: TransportConfig, options: StrategyOptions): EventServer {
  switch (config.kind) {
    case 'kafka':
      return new KafkaEventServer(config, options);
    case 'embedded':
      return new EmbeddedEventServer(config, options);
  }
}
