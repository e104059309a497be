import { Kafka, Partitioners, logLevel, type KafkaConfig as ClientConfig, type Producer } from 'kafkajs';
import type { TransportLogger } from '../event-server.js';
import type { KafkaConfig } from '../transport-config.js';

/** Said in full: kafkajs has other defaults where NODE_ENV is `test`. Gives up after about ten seconds. */
export const retry = { initialRetryTime: 300, multiplier: 2, factor: 0.2, retries: 5, maxRetryTime: 5_000 };

/** Connects to nothing yet. */
export function createKafka(config: KafkaConfig, logger?: TransportLogger): Kafka {
  const options: ClientConfig = {
    brokers: config.brokers,
    clientId: config.clientId,
    connectionTimeout: 3_000,
    requestTimeout: 15_000,
    retry,
    logLevel: logger === undefined ? logLevel.NOTHING : logLevel.WARN,
  };
  // kafkajs marks most of its errors as such although it retries them: what is final comes as CRASH or as a rejection.
  if (logger !== undefined) {
    options.logCreator =
      () =>
      ({ namespace, log }) => {
        logger.warn({ namespace, reason: log.error as unknown }, log.message);
      };
  }
  if (config.ssl !== undefined) options.ssl = config.ssl;
  if (config.sasl !== undefined) options.sasl = config.sasl;
  return new Kafka(options);
}

/**
 * One request under way at a time and no idempotence: kafkajs then never reorders, and what a retry writes twice the
 * ledger drops.
 */
export function createProducer(kafka: Kafka): Producer {
  return kafka.producer({
    idempotent: false,
    maxInFlightRequests: 1,
    allowAutoTopicCreation: false,
    createPartitioner: Partitioners.DefaultPartitioner,
    retry,
  });
}
