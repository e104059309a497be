import { Controller } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { LEDGER_TOPIC } from '#events/contract.js';
import type { BatchOutcome, EventBatch } from '#events/transport.js';
import { EvidenceService } from './evidence.service.js';

@Controller()
export class EvidenceConsumer {
  constructor(private readonly evidence: EvidenceService) {}

  /** Safe to repeat: what the log has is dropped. The transport settles the batch after this resolves. */
  @EventPattern(LEDGER_TOPIC)
  append(@Payload() batch: EventBatch): Promise<BatchOutcome> {
    return this.evidence.take(batch);
  }
}
