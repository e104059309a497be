import { describeWhere } from './describe-where.js';
import { kafkaAvailability } from './kafka-server.js';
import type { TransportKind } from './system.js';

/** The suite on each transport; on Kafka where it can be run. */
export function describeOnEachTransport(name: string, suite: (transport: TransportKind) => void): void {
  describe(`${name}, events in PostgreSQL`, () => {
    suite('embedded');
  });
  describeWhere('Apache Kafka', kafkaAvailability())(`${name}, events on Kafka`, () => {
    suite('kafka');
  });
}
