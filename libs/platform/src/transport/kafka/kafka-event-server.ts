import { setTimeout as delay } from 'node:timers/promises';
import type { Batch, Consumer, EachBatchPayload, Kafka, Producer } from 'kafkajs';
import type { BatchOutcome, EventBatch } from '#events/transport.js';
import { EventServer, messageOf, retryDelay, type StrategyOptions } from '../event-server.js';
import type { KafkaConfig } from '../transport-config.js';
import { createKafka, createProducer } from './create-kafka.js';
import { deadLetterTopic, ensureTopics } from './ensure-topics.js';
import { fromKafkaMessage } from './kafka-message.js';

/** A consumer that died is noticed after this long, and its partitions go to another. */
const SESSION_MS = 10_000;
const HEARTBEAT_MS = 2_000;

/**
 * Events from Kafka to `@EventPattern` handlers. The offsets of a batch are committed after its handler has resolved
 * and what it rejected is in the dead-letter topic; so each message is handled at least once, and none is skipped.
 */
export class KafkaEventServer extends EventServer {
  private readonly kafka: Kafka;
  private readonly consumer: Consumer;
  private readonly deadLetters: Producer;
  private readonly closing = new AbortController();

  constructor(
    private readonly config: KafkaConfig,
    options: StrategyOptions,
  ) {
    super(options);
    this.kafka = createKafka(config, options.logger);
    this.deadLetters = createProducer(this.kafka);
    this.consumer = this.kafka.consumer({
      groupId: config.groupId ?? config.clientId,
      allowAutoTopicCreation: false,
      sessionTimeout: SESSION_MS,
      heartbeatInterval: HEARTBEAT_MS,
    });
    this.watch();
  }

  override listen(callback: (error?: unknown) => void): void {
    this.start().then(() => {
      callback();
    }, callback);
  }

  override async close(): Promise<void> {
    this.closing.abort();
    // Waits for the batch under way, leaves the group, and never rejects.
    await this.consumer.disconnect();
    await this.deadLetters.disconnect();
    this.enter('closed', 'closed');
  }

  override unwrap<T>(): T {
    return this.consumer as T;
  }

  private async start(): Promise<void> {
    const topics = this.topics();
    await ensureTopics(this.kafka, this.config, topics);
    await this.deadLetters.connect();
    await this.consumer.connect();
    // From the beginning, where the group is new: what was published before the first start is evidence as well.
    await this.consumer.subscribe({ topics, fromBeginning: true });
    await this.consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      eachBatch: (payload) => this.take(payload),
    });
  }

  private watch(): void {
    const { GROUP_JOIN, CRASH } = this.consumer.events;
    this.consumer.on(GROUP_JOIN, () => {
      this.enter('running');
    });
    this.consumer.on(CRASH, ({ payload: { error, restart } }) => {
      if (restart) {
        this.enter('retrying', error.message);
        return;
      }
      this.enter('crashed', error.message);
      this.options.logger.error({ reason: error.message }, 'the Kafka consumer has stopped for good');
      this.options.onCrash(error);
    });
  }

  private async take({ batch, resolveOffset, heartbeat, commitOffsetsIfNecessary }: EachBatchPayload): Promise<void> {
    const lost = new AbortController();
    const pulse = setInterval(() => {
      heartbeat().catch((error: unknown) => {
        lost.abort(error);
      });
    }, HEARTBEAT_MS);
    try {
      await this.untilTaken(batch, lost.signal);
    } catch (error) {
      if (this.closing.signal.aborted) return;
      throw lost.signal.aborted ? (lost.signal.reason as Error) : error;
    } finally {
      clearInterval(pulse);
    }
    const offset = String(BigInt(batch.lastOffset()) + 1n);
    await commitOffsetsIfNecessary({
      topics: [{ topic: batch.topic, partitions: [{ partition: batch.partition, offset }] }],
    });
    resolveOffset(batch.lastOffset());
  }

  /** Rejects only where it must give up the partition: the service closes, or the group no longer counts it in. */
  private async untilTaken(batch: Batch, lost: AbortSignal): Promise<void> {
    const { topic, partition } = batch;
    const events: EventBatch = { topic, partition, messages: batch.messages.map(fromKafkaMessage) };
    const signal = AbortSignal.any([this.closing.signal, lost]);
    for (let attempt = 1; ; attempt += 1) {
      try {
        const outcome = await this.handle(events);
        await this.bury(batch, outcome);
        this.enter('running');
        return;
      } catch (error) {
        const reason = messageOf(error);
        this.enter('retrying', reason);
        this.options.logger.warn({ topic, partition, offset: batch.firstOffset(), attempt, reason }, 'batch not taken');
        await delay(retryDelay(attempt), undefined, { signal });
      }
    }
  }

  private async bury(batch: Batch, { rejected }: BatchOutcome): Promise<void> {
    const messages = rejected.flatMap(({ index, reason }) => {
      const message = batch.messages[index];
      if (message === undefined) return [];
      const origin = {
        'dead-letter-reason': reason,
        'dead-letter-topic': batch.topic,
        'dead-letter-partition': String(batch.partition),
        'dead-letter-offset': message.offset,
      };
      return [{ key: message.key, value: message.value, headers: { ...message.headers, ...origin } }];
    });
    if (messages.length === 0) return;
    await this.deadLetters.send({ topic: deadLetterTopic(batch.topic), acks: -1, messages });
  }
}
