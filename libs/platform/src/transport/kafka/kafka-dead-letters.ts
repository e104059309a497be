import type { Batch, Kafka, KafkaMessage, Message, Producer } from 'kafkajs';
import type { ReceivedMessage } from '#events/transport.js';
import { deadLetterTopic } from '../dead-letter-topic.js';
import type { Rejected } from '../event-server.js';
import { createProducer } from './create-kafka.js';
import { headersOfBatch } from './kafka-batch.js';
import { toKafkaMessage } from './kafka-message.js';

const LONGEST_REASON = 1_000;

/** Where what a handler rejects is kept: as it came, with the reason and where it was. */
export class KafkaDeadLetters {
  private readonly producer: Producer;

  constructor(kafka: Kafka) {
    this.producer = createProducer(kafka);
  }

  connect(): Promise<void> {
    return this.producer.connect();
  }

  disconnect(): Promise<void> {
    return this.producer.disconnect();
  }

  /**
   * Durable when it resolves; what is buried again lies there twice. One by one: rejections are few, and together they might
   * be more than a broker takes in one request.
   */
  async bury(batch: Batch, rejected: Iterable<Rejected>): Promise<void> {
    for (const one of rejected) {
      const record = batch.messages[one.part];
      if (record === undefined) continue;
      await this.producer.send({
        topic: deadLetterTopic(batch.topic),
        acks: -1,
        messages: [deadLetter(batch, record, one)],
      });
    }
  }
}

/** All of the record, or one event or message of its batch; and where it came from. */
function deadLetter({ topic, partition }: Batch, record: KafkaMessage, { index, reason, message }: Rejected): Message {
  const { key = null, value, headers } = message === undefined ? whole(record) : alone(message);
  const origin = {
    'dead-letter-reason': reason.slice(0, LONGEST_REASON),
    'dead-letter-topic': topic,
    'dead-letter-partition': String(partition),
    'dead-letter-offset': index === undefined ? record.offset : `${record.offset}/${index}`,
  };
  return { key, value, headers: { ...headers, ...origin } };
}

function whole(record: KafkaMessage): Message {
  return { key: record.key, value: record.value, headers: headersOfBatch(record) };
}

function alone({ event, raw }: ReceivedMessage): Message {
  return event === undefined ? { value: Buffer.from(raw) } : toKafkaMessage(event);
}
