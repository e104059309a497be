import { transportConfig } from '#platform/transport/transport-config.js';
import { messagesOf, startConsumer } from './start-consumer.js';

/** A consumer that never gets done with its first batch: it says what it was given and waits to be killed. */
const [config, topic] = process.argv.slice(2);
if (config === undefined || topic === undefined) throw new Error('usage: stuck-consumer.main.ts CONFIG TOPIC');
await startConsumer(transportConfig.parse(JSON.parse(config)), topic, (batch) => {
  process.stdout.write(`${JSON.stringify(messagesOf(batch).map(({ event }) => event?.id))}\n`);
  return new Promise(() => undefined);
});
