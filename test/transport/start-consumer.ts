import { Controller, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { EventPattern } from '@nestjs/microservices';
import type { BatchOutcome, EventBatch, ReceivedMessage } from '#events/transport.js';
import type { EventServer } from '#platform/transport/event-server.js';
import { createStrategy } from '#platform/transport/transport.js';
import type { TransportConfig } from '#platform/transport/transport-config.js';

export type Handler = (batch: EventBatch) => Promise<BatchOutcome>;

export interface TestConsumer {
  readonly strategy: EventServer;
  close(): Promise<void>;
}

export const takesAll: BatchOutcome = { rejected: [] };

export function messagesOf({ parts }: EventBatch): readonly ReceivedMessage[] {
  return parts.flatMap(({ unpack }) => unpack());
}

/** A Nest microservice with one `@EventPattern` controller, as a service has it. */
export async function startConsumer(config: TransportConfig, topic: string, handler: Handler): Promise<TestConsumer> {
  @Controller()
  class EventsController {
    @EventPattern<Record<string, EventBatch>>(topic)
    take(batch: EventBatch): Promise<BatchOutcome> {
      return handler(batch);
    }
  }
  @Module({ controllers: [EventsController] })
  class EventsModule {}

  const silent = () => undefined;
  const strategy = createStrategy(config, { logger: { info: silent, warn: silent, error: silent } });
  const app = await NestFactory.createMicroservice(EventsModule, { strategy, logger: false });
  await app.listen();
  return { strategy, close: () => app.close() };
}
