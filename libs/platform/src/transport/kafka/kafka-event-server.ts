import { setTimeout as delay } from 'node:timers/promises';
import type { Batch, Consumer, EachBatchPayload, Kafka, KafkaMessage, Message, Producer } from 'kafkajs';
import type { EventBatch, ReceivedMessage } from '#events/transport.js';
import { deadLetterTopic } from '../dead-letter-topic.js';
import { EventServer, messageOf, retryDelay, type Rejected, type StrategyOptions } from '../event-server.js';
import type { KafkaConfig } from '../transport-config.js';
import { createKafka, createProducer, retry } from './create-kafka.js';
import { ensureTopics } from './ensure-topics.js';
import { fromKafka, headersOfBatch } from './kafka-batch.js';
import { toKafkaMessage } from './kafka-message.js';
import { findLostMessages, type LostMessages } from './lost-messages.js';
import { rewindGroup } from './rewind-group.js';

/** A consumer that died is noticed after this long, and its partitions go to another. */
const SESSION_MS = 10_000;
const HEARTBEAT_MS = 2_000;
/** How long a broker that has nothing new holds a fetch; and so how long a close may have to wait for one. */
const FETCH_WAIT_MS = 500;
/** Some thirty thousand events of a partition at once, packed: each batch waits for the broker and a commit. */
const BATCH_BYTES = 8 * 1024 * 1024;
/** At what the broker has, before events are taken whatever it is: some ten seconds. */
const LOOKS = 7;
const LONGEST_REASON = 1_000;

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
  private readonly deadLetters: Producer;
  private readonly closing = new AbortController();
  private readonly groupId: string;
  private consumer: Consumer | undefined;
  /** How many consumers have ended since a batch was taken. */
  private ended = 0;
  /** The offset after the last that was taken, by partition: nothing before it should come again. */
  private readonly next = new Map<string, bigint>();

  constructor(
    private readonly config: KafkaConfig,
    options: StrategyOptions,
  ) {
    super(options);
    this.kafka = createKafka(config, options.logger);
    this.deadLetters = createProducer(this.kafka);
    this.groupId = config.groupId ?? config.clientId;
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
    await this.noticeLost(topics);
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
    this.expectNext(batch);
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
    this.next.set(streamOf(batch), BigInt(offset));
    this.ended = 0;
  }

  /** Never keeps the consumer from its work. */
  private async noticeLost(topics: readonly string[]): Promise<void> {
    for (let attempt = 1; attempt <= LOOKS; attempt += 1) {
      try {
        for (const lost of await findLostMessages(this.kafka, this.groupId, topics)) this.reportLost(lost);
        return;
      } catch (error) {
        // A broker that has just started has no coordinator of the group yet.
        const reason = messageOf(error);
        this.options.logger.warn({ attempt, reason }, 'what the broker has cannot be compared with what was taken');
        await delay(retryDelay(attempt), undefined, { signal: this.closing.signal });
      }
    }
  }

  private expectNext(batch: Batch): void {
    const { topic, partition } = batch;
    const taken = this.next.get(streamOf(batch));
    const has = batch.firstOffset();
    if (taken === undefined || has === null || BigInt(has) >= taken) return;
    this.reportLost({ topic, partition, taken: String(taken), has });
    this.next.delete(streamOf(batch));
  }

  private reportLost(lost: LostMessages): void {
    this.options.logger.error(
      lost,
      'the broker has lost events that it had acknowledged: its partition ends before what was taken, and is read again. What the ledger lacks comes again from the outboxes',
    );
  }

  /** Rejects only where it must give up the partition: the service closes, or the group no longer counts it in. */
  private async untilTaken(batch: Batch, lost: AbortSignal): Promise<void> {
    const { topic, partition } = batch;
    const events: EventBatch = { topic, partition, parts: batch.messages.map(fromKafka) };
    const stream = streamOf(batch);
    const signal = AbortSignal.any([this.closing.signal, lost]);
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.bury(batch, await this.handle(events));
        this.taken(stream);
        return;
      } catch (error) {
        this.notTaken(stream, attempt, error);
        await delay(retryDelay(attempt), undefined, { signal });
      }
    }
  }

  /** One by one: rejections are few, and together they might be more than a broker takes in one request. */
  private async bury(batch: Batch, rejected: Iterable<Rejected>): Promise<void> {
    for (const one of rejected) {
      const record = batch.messages[one.part];
      if (record === undefined) continue;
      await this.deadLetters.send({
        topic: deadLetterTopic(batch.topic),
        acks: -1,
        messages: [deadLetter(batch, record, one)],
      });
    }
  }
}

function streamOf({ topic, partition }: Batch): string {
  return `${topic}/${partition}`;
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
