import { setTimeout as delay } from 'node:timers/promises';
import type { Batch, Consumer, EachBatchPayload, Kafka } from 'kafkajs';
import type { EventBatch } from '#events/transport.js';
import { EventServer, messageOf, retryDelay, type StrategyOptions } from '../event-server.js';
import type { KafkaConfig } from '../transport-config.js';
import { BrokerLosses } from './broker-losses.js';
import { createKafka, retry } from './create-kafka.js';
import { ensureTopics } from './ensure-topics.js';
import { fromKafka } from './kafka-batch.js';
import { KafkaDeadLetters } from './kafka-dead-letters.js';
import { rewindGroup } from './rewind-group.js';

/** A consumer that died is noticed after this long, and its partitions go to another. */
const SESSION_MS = 10_000;
const HEARTBEAT_MS = 2_000;
/** How long a broker that has nothing new holds a fetch; and so how long a close may have to wait for one. */
const FETCH_WAIT_MS = 500;
/** Some thirty thousand events of a partition at once, packed: each batch waits for the broker and a commit. */
const BATCH_BYTES = 8 * 1024 * 1024;

/**
 * Events from Kafka to `@EventPattern` handlers. The offsets of a batch are committed after its handler has resolved
 * and what it rejected is in the dead-letter topic; so each message is handled at least once, and none is skipped. A broker
 * whose data went back is named in the log and read again from the beginning; what it lost is for whoever published it to
 * publish again.
 *
 * Once it has started, only `close` ends it. Nothing that a broker says is final, a refused login no more than a coordinator
 * that is away: a new process would be told the same, and meanwhile nobody could read what this one serves besides.
 */
export class KafkaEventServer extends EventServer {
  private readonly kafka: Kafka;
  private readonly deadLetters: KafkaDeadLetters;
  private readonly closing = new AbortController();
  private readonly groupId: string;
  private readonly losses: BrokerLosses;
  private consumer: Consumer | undefined;
  /** How many consumers have ended since a batch was taken. */
  private ended = 0;

  constructor(
    private readonly config: KafkaConfig,
    options: StrategyOptions,
  ) {
    super(options);
    this.kafka = createKafka(config, options.logger);
    this.deadLetters = new KafkaDeadLetters(this.kafka);
    this.groupId = config.groupId ?? config.clientId;
    this.losses = new BrokerLosses(this.kafka, this.groupId, options.logger);
  }

  override async close(): Promise<void> {
    this.closing.abort();
    // Waits for the batch under way and leaves the group. A broker that is away cannot keep the service from closing.
    await Promise.allSettled([this.consumer?.disconnect()]);
    await Promise.allSettled([this.deadLetters.disconnect()]);
    this.enter('closed', 'closed');
  }

  protected override async start(): Promise<void> {
    const topics = this.topics();
    await ensureTopics(this.kafka, this.config, topics);
    await this.losses.look(topics, this.closing.signal);
    if (this.options.startsOver === true) await this.goBack(topics);
    await this.deadLetters.connect();
    await this.consume(topics);
  }

  /** Rejects where it cannot begin. What ends it later starts another. */
  private async consume(topics: string[]): Promise<void> {
    const consumer = this.createConsumer(topics);
    this.consumer = consumer;
    try {
      await consumer.connect();
      // From the beginning, where the group is new: what was published before the first start is evidence as well.
      await consumer.subscribe({ topics, fromBeginning: true });
      if (!this.closing.signal.aborted) {
        await consumer.run({
          autoCommit: false,
          eachBatchAutoResolve: false,
          eachBatch: (payload) => this.take(payload),
        });
      }
    } catch (error) {
      await Promise.allSettled([consumer.disconnect()]);
      throw error;
    }
    // `close` may have come before there was anything for it to end.
    if (this.closing.signal.aborted) await Promise.allSettled([consumer.disconnect()]);
  }

  private createConsumer(topics: string[]): Consumer {
    const consumer = this.kafka.consumer({
      groupId: this.groupId,
      allowAutoTopicCreation: false,
      sessionTimeout: SESSION_MS,
      heartbeatInterval: HEARTBEAT_MS,
      maxWaitTimeInMs: FETCH_WAIT_MS,
      maxBytesPerPartition: BATCH_BYTES,
      // kafkajs takes for final much that passes: a coordinator whose answer was lost, any error that it does not know.
      // So whatever ends a consumer has another follow it, which has nothing of the first one's state.
      retry: { ...retry, restartOnFailure: () => Promise.resolve(false) },
    });
    const { GROUP_JOIN, CRASH } = consumer.events;
    consumer.on(GROUP_JOIN, () => {
      this.startOver();
    });
    consumer.on(CRASH, ({ payload: { error } }) => {
      void this.follow(topics, error);
    });
    return consumer;
  }

  /** Never rejects. The consumer before has left, and no batch of it is under way: kafkajs has seen to that by its CRASH. */
  private async follow(topics: string[], error: unknown): Promise<void> {
    for (let cause = error; !this.closing.signal.aborted;) {
      this.ended += 1;
      const reason = messageOf(cause);
      this.enter('retrying', reason);
      this.options.logger.warn({ attempt: this.ended, reason }, 'the Kafka consumer has ended, starting another');
      try {
        await delay(retryDelay(this.ended), undefined, { signal: this.closing.signal });
        await ensureTopics(this.kafka, this.config, topics);
        await this.consume(topics);
        return;
      } catch (failure) {
        cause = failure;
      }
    }
  }

  private async goBack(topics: readonly string[]): Promise<void> {
    await rewindGroup(this.kafka, this.groupId, topics, this.closing.signal);
    this.options.logger.warn({ topics, group: this.groupId }, 'the topics are read again from the beginning');
  }

  private async take(payload: EachBatchPayload): Promise<void> {
    const { batch } = payload;
    this.losses.came(batch);
    const lost = new AbortController();
    const pulse = setInterval(() => {
      payload.heartbeat().catch((error: unknown) => {
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
    await payload.commitOffsetsIfNecessary({
      topics: [{ topic: batch.topic, partitions: [{ partition: batch.partition, offset }] }],
    });
    payload.resolveOffset(batch.lastOffset());
    this.losses.taken(batch, offset);
    this.ended = 0;
  }

  /** Rejects only where it must give up the partition: the service closes, or the group no longer counts it in. */
  private async untilTaken(batch: Batch, lost: AbortSignal): Promise<void> {
    const { topic, partition } = batch;
    const events: EventBatch = { topic, partition, parts: batch.messages.map(fromKafka) };
    const stream = streamOf(batch);
    const signal = AbortSignal.any([this.closing.signal, lost]);
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.deadLetters.bury(batch, await this.handle(events));
        this.taken(stream);
        return;
      } catch (error) {
        this.notTaken(stream, attempt, error);
        await delay(retryDelay(attempt), undefined, { signal });
      }
    }
  }
}

function streamOf({ topic, partition }: Batch): string {
  return `${topic}/${partition}`;
}
