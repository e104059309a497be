import { randomBytes, randomUUID } from 'node:crypto';
import type { SluiceEvent } from '#events/contract.js';
import { listed } from '#events/source-keys.fixture.js';
import { SourceCheck } from '#events/source-check.js';
import type { EventPublisher } from '#events/transport.js';
import { generateSigningKey } from '#exchange/keys.js';
import { createPublisher } from '#platform/transport/transport.js';
import type { TransportConfig } from '#platform/transport/transport-config.js';
import { until } from '../support/until.js';
import { anEvent } from './an-event.js';
import { killMidBatch } from './kill-mid-batch.js';
import { Recorder, idsOf } from './recorder.js';
import { messagesOf, startConsumer, takesAll, type Handler, type TestConsumer } from './start-consumer.js';

const TEST_MS = 90_000;
/** What everything here is published with. */
const KEY = generateSigningKey();

export interface DeadLetter {
  readonly reason: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  /** The event's id, or the message's bytes where it was no event. */
  readonly message?: string;
  /** Where all of a part was rejected: what came, and what it came with. */
  readonly part?: { readonly bytes: Buffer; readonly proof: string };
}

/** What the suite must know of a transport beyond the interfaces that services use. */
export interface TransportUnderTest {
  readonly config: TransportConfig;
  /** How many shards a topic of `config` has. */
  readonly partitions: number;
  /** Before anybody publishes. Safe to repeat. */
  createTopic(topic: string): Promise<void>;
  /** Sends what no publisher of ours sends. The topic is there. */
  sendForeign(topic: string, bytes: string): Promise<void>;
  /** Sends what was made to keep a consumer from going on, to where events of the key `one` go. The topic is there. */
  sendHostile(topic: string): Promise<void>;
  deadLetters(topic: string): Promise<DeadLetter[]>;
  /** Cuts off whoever is connected; where that is an outage, ends it once `noticed`. */
  interrupt(noticed: () => Promise<void>): Promise<void>;
  close(): Promise<void>;
}

/** What every transport keeps, whatever it is made of. `canInterrupt`: what needs an interruption is skipped otherwise. */
export function itTransportsEvents(
  open: () => Promise<TransportUnderTest>,
  { canInterrupt }: { readonly canInterrupt: boolean } = { canInterrupt: true },
): void {
  let transport: TransportUnderTest;
  let publisher: EventPublisher;
  let topic: string;
  const consumers: TestConsumer[] = [];

  // A group of its own, so that who was killed in one test holds nobody up in the next.
  const settings = (): TransportConfig =>
    transport.config.kind === 'kafka' ? { ...transport.config, groupId: topic } : transport.config;
  const consume = async (handler: Handler) => {
    const consumer = await startConsumer(settings(), topic, handler);
    consumers.push(consumer);
    return consumer;
  };

  beforeAll(async () => {
    transport = await open();
    publisher = await createPublisher(transport.config, KEY);
  }, TEST_MS);
  beforeEach(async () => {
    topic = `suite.${randomBytes(6).toString('hex')}`;
    await transport.createTopic(topic);
  });
  afterEach(async () => {
    await Promise.all(consumers.splice(0).map((consumer) => consumer.close()));
  }, TEST_MS);
  afterAll(async () => {
    await publisher.close();
    await transport.close();
  }, TEST_MS);

  it(
    'delivers everything exactly once while nothing fails, in batches, in order within a key',
    async () => {
      const seen = new Recorder();
      await consume(seen.takeAll);
      const keys = Array.from({ length: 20 }, () => randomUUID());
      const rounds = Array.from({ length: 10 }, (_, round) =>
        keys.flatMap((key) => Array.from({ length: 10 }, (__, n) => anEvent({ key, data: `${round}.${n}` }))),
      );
      for (const events of rounds) await publisher.publish(topic, events);

      await until(() => seen.ids().length >= 2_000);
      const sent = rounds.flat();
      expect(new Set(seen.ids())).toEqual(new Set(sent.map(({ id }) => id)));
      expect(seen.ids()).toHaveLength(2_000);
      for (const key of keys) expect(seen.idsOf(key)).toEqual(idsOf(sent, key));
      expect(seen.batches.length).toBeLessThan(1_000);
    },
    TEST_MS,
  );

  it(
    'keeps the order of one call that is larger than a request, and of calls that wait for each other',
    async () => {
      const seen = new Recorder();
      const key = randomUUID();
      const large = Array.from({ length: 3_000 }, () => anEvent({ key, data: 'x'.repeat(700) }));
      const small = Array.from({ length: 100 }, () => anEvent({ key }));
      await publisher.publish(topic, large);
      for (const event of small) await publisher.publish(topic, [event]);
      await consume(seen.takeAll);

      await until(() => seen.ids().length >= 3_100);
      expect(seen.ids()).toEqual([...large, ...small].map(({ id }) => id));
    },
    TEST_MS,
  );

  it(
    'hands over every attribute and the very bytes, the trace context among them',
    async () => {
      const seen = new Recorder();
      await consume(seen.takeAll);
      const traced = anEvent({
        data: '{"b":1e2,"a":"\u516c\u79df\u623f \\u0000"}',
        traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      });
      const untraced = anEvent({ data: '' });
      await publisher.publish(topic, [traced, untraced]);

      await until(() => seen.ids().length >= 2);
      const arrived = seen.batches.flatMap(messagesOf);
      for (const sent of [traced, untraced]) {
        const message = arrived.find(({ event }) => event?.id === sent.id);
        const { data, ...attributes } = message!.event!;
        expect({ ...attributes, data: Buffer.from(data) }).toEqual({ ...sent, data: Buffer.from(sent.data) });
        expect(Buffer.from(message!.raw)).toEqual(Buffer.from(sent.data));
      }
    },
    TEST_MS,
  );

  it(
    'keeps each key in one shard and uses all of them',
    async () => {
      const seen = new Recorder();
      await consume(seen.takeAll);
      const keys = Array.from({ length: 40 }, () => randomUUID());
      await publisher.publish(
        topic,
        keys.map((key) => anEvent({ key })),
      );
      await publisher.publish(
        topic,
        keys.map((key) => anEvent({ key })),
      );

      await until(() => seen.ids().length >= 80);
      const shards = keys.map((key) => seen.partitionsOf(key));
      expect(shards.every((used) => used.size === 1)).toBe(true);
      expect(new Set(shards.flatMap((used) => [...used])).size).toBe(transport.partitions);
    },
    TEST_MS,
  );

  it(
    'gives a handler that fails the same events again, lets none overtake them, and is not ready meanwhile',
    async () => {
      const seen = new Recorder();
      const key = randomUUID();
      let repaired = false;
      let failures = 0;
      const consumer = await consume((batch) => {
        if (repaired) return seen.takeAll(batch);
        failures += 1;
        return Promise.reject(new Error('the database is away'));
      });
      const sent = [anEvent({ key }), anEvent({ key }), anEvent({ key })];
      await publisher.publish(topic, sent.slice(0, 2));
      await until(() => failures >= 3);
      await publisher.publish(topic, sent.slice(2));
      expect(() => {
        consumer.strategy.check();
      }).toThrow('retrying');
      repaired = true;

      await until(() => seen.ids().length >= 3);
      expect(seen.ids()).toEqual(sent.map(({ id }) => id));
      await until(() => isReady(consumer));
      expect(await transport.deadLetters(topic)).toEqual([]);
    },
    TEST_MS,
  );

  it(
    'redelivers what a consumer did not get done before it closed',
    async () => {
      const seen = new Recorder();
      const sent = [anEvent(), anEvent()];
      let failures = 0;
      const first = await consume(() => {
        failures += 1;
        return Promise.reject(new Error('never'));
      });
      await publisher.publish(topic, sent);
      await until(() => failures >= 1);
      await first.close();
      await consume(seen.takeAll);

      await until(() => seen.ids().length >= 2);
      expect(new Set(seen.ids())).toEqual(new Set(sent.map(({ id }) => id)));
    },
    TEST_MS,
  );

  it(
    'redelivers what a consumer had in hand when it was killed',
    async () => {
      const seen = new Recorder();
      const sent = Array.from({ length: 10 }, () => anEvent());
      await publisher.publish(topic, sent);
      const inHand = await killMidBatch(settings(), topic);
      expect(inHand.length).toBeGreaterThan(0);
      await consume(seen.takeAll);

      await until(() => seen.ids().length >= 10);
      expect(new Set(seen.ids())).toEqual(new Set(sent.map(({ id }) => id)));
    },
    TEST_MS,
  );

  it(
    'moves what the handler rejects to the dead letters, with the reason and where it was, and goes on',
    async () => {
      const seen = new Recorder();
      const poison = anEvent();
      const good = [anEvent(), anEvent(), anEvent()];
      await consume((batch) =>
        seen.takeBut(batch, (message) => (message.event?.id === poison.id ? 'no such type' : undefined)),
      );
      await publisher.publish(topic, [good[0]!, poison, good[1]!]);
      await publisher.publish(topic, [good[2]!]);

      await until(() => seen.ids().length >= 4);
      await until(async () => (await transport.deadLetters(topic)).length >= 1);
      const letters = await transport.deadLetters(topic);
      expect(letters).toHaveLength(1);
      const { offset, ...letter } = letters[0]!;
      const [partition] = seen.partitionsOf(poison.key);
      expect(letter).toEqual({ reason: 'no such type', topic, message: poison.id, partition });
      expect(offset).not.toBe('');
      expect(seen.accepted.toSorted()).toEqual(good.map(({ id }) => id).toSorted());
    },
    TEST_MS,
  );

  it(
    'brings each part with the proof of who published it, and moves all of a part to the dead letters as it came',
    async () => {
      const seen = new Recorder();
      const sources = new SourceCheck(() => listed({ 'adapter/population': [KEY] }));
      const events = [anEvent({ key: 'one' }), anEvent({ key: 'one' })];
      await consume(async (batch) => {
        await seen.takeAll(batch);
        return { rejected: batch.parts.map((_, part) => ({ part, reason: 'never mind' })) };
      });
      await publisher.publish(topic, events);

      await until(() => seen.ids().length >= 2);
      const [part] = seen.batches.flatMap(({ parts }) => parts);
      expect(sources.open(part!)).toMatchObject({ key: KEY.kid, messages: events.map((event) => ({ event })) });
      const forged = { ...part!, bytes: Buffer.concat([part!.bytes, Buffer.of(0)]) };
      expect(sources.open(forged)).toMatchObject({ fault: 'SIGNATURE_INVALID' });
      await until(async () => (await transport.deadLetters(topic)).length >= 1);
      const [letter, ...others] = await transport.deadLetters(topic);
      expect(others).toEqual([]);
      const [partition] = seen.partitionsOf('one');
      const { offset, ...rest } = letter!;
      expect(offset).toMatch(/^[^/]+$/);
      const came = { bytes: Buffer.from(part!.bytes), proof: part!.proof };
      expect(rest).toEqual({ reason: 'never mind', topic, partition, part: came });
    },
    TEST_MS,
  );

  it(
    'hands over what is no CloudEvent as malformed, with its bytes, among what is one',
    async () => {
      const seen = new Recorder();
      const before = anEvent();
      await publisher.publish(topic, [before]);
      await transport.sendForeign(topic, '{"who":"knows"}');
      await consume((batch) => seen.takeBut(batch, (message) => message.malformed));

      await until(() => seen.malformed().length >= 1 && seen.ids().length >= 1);
      const [stranger] = seen.malformed();
      expect(stranger!.event).toBeUndefined();
      expect(JSON.parse(Buffer.from(stranger!.raw).toString('utf8'))).toEqual({ who: 'knows' });
      await until(async () => (await transport.deadLetters(topic)).length >= 1);
      const [letter] = await transport.deadLetters(topic);
      expect(JSON.parse(letter!.message!)).toEqual({ who: 'knows' });
    },
    TEST_MS,
  );

  it(
    'buries what is hostile and goes on behind it',
    async () => {
      const seen = new Recorder();
      const odd = ['a\u0000', '\ud800'].map((id) => ({ ...anEvent({ key: 'one' }), id }));
      const good = anEvent({ key: 'one' });
      await publisher.publish(topic, odd);
      await transport.sendHostile(topic);
      await publisher.publish(topic, [good]);
      await consume(async (batch) => {
        await seen.takeBut(batch, ({ event }) => (event?.id === good.id ? undefined : 'hostile'));
        const rejected = batch.parts.flatMap(({ unpack }, part) =>
          unpack().flatMap(({ event }, index) => {
            if (event === undefined) return [{ part, reason: 'hostile' }];
            return event.id === good.id ? [] : [{ part, index, reason: 'hostile' }];
          }),
        );
        return { rejected };
      });

      await until(() => seen.accepted.length >= 1);
      const hostile = seen.malformed().length;
      expect(hostile).toBeGreaterThan(0);
      await until(async () => (await transport.deadLetters(topic)).length >= hostile + odd.length);
    },
    TEST_MS,
  );

  it(
    'keeps what was published when nobody listened yet and the publisher is gone',
    async () => {
      const seen = new Recorder();
      const event = anEvent();
      const passing = await createPublisher(transport.config, KEY);
      await passing.publish(topic, [event]);
      await passing.close();
      await consume(seen.takeAll);

      await until(() => seen.ids().length >= 1);
      expect(seen.ids()).toEqual([event.id]);
    },
    TEST_MS,
  );

  it(
    'finishes the batch under way before it is closed, and does not deliver it again',
    async () => {
      const seen = new Recorder();
      const [first, second] = [anEvent(), anEvent()];
      const [begun, end] = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()];
      const closing = await consume(async (batch) => {
        begun.resolve(undefined);
        await end.promise;
        return seen.takeAll(batch);
      });
      await publisher.publish(topic, [first]);
      await begun.promise;
      const closed = closing.close();
      end.resolve(undefined);
      await closed;
      expect(seen.ids()).toEqual([first.id]);

      await publisher.publish(topic, [second]);
      await consume(seen.takeAll);
      await until(() => seen.ids().length >= 2);
      expect(seen.ids()).toEqual([first.id, second.id]);
    },
    TEST_MS,
  );

  it(
    'shares the work of two consumers, in order within a key',
    async () => {
      const seen = new Recorder();
      await consume(seen.takeAll);
      await consume(seen.takeAll);
      const keys = Array.from({ length: 10 }, () => randomUUID());
      const sent: SluiceEvent[] = [];
      for (let round = 0; round < 30; round += 1) {
        const events = keys.map((key) => anEvent({ key }));
        sent.push(...events);
        await publisher.publish(topic, events);
      }

      await until(() => new Set(seen.ids()).size >= 300);
      // The second made the first give up partitions, perhaps with a batch in hand: that one may come twice.
      for (const key of keys) expect([...new Set(seen.idsOf(key))]).toEqual(idsOf(sent, key));
    },
    TEST_MS,
  );

  it(
    'says when it is ready and when it is not',
    async () => {
      const consumer = await consume(() => Promise.resolve(takesAll));
      await until(() => isReady(consumer));
      await consumer.close();
      expect(() => {
        consumer.strategy.check();
      }).toThrow('closed');
    },
    TEST_MS,
  );

  (canInterrupt ? it : it.skip)(
    'takes up its work again after an interruption, with nothing lost',
    async () => {
      const seen = new Recorder();
      const sent: SluiceEvent[] = [];
      const consumer = await consume(seen.takeAll);
      const publish = async () => {
        const event = anEvent();
        sent.push(event);
        await until(() => publisher.publish(topic, [event]).then(...yesOrNo));
      };
      await publish();
      await until(() => seen.ids().length >= 1);
      await transport.interrupt(() => until(() => !isReady(consumer)));
      await publish();

      await until(() => new Set(seen.ids()).size >= 2);
      expect(new Set(seen.ids())).toEqual(new Set(sent.map(({ id }) => id)));
      await until(() => isReady(consumer));
    },
    TEST_MS,
  );
}

const yesOrNo = [() => true, () => false] as const;

function isReady({ strategy }: TestConsumer): boolean {
  try {
    strategy.check();
    return true;
  } catch {
    return false;
  }
}
