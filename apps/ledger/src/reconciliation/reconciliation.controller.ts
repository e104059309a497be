import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { JsonAnswer } from '#platform/http/openapi.js';
import { partyOf } from '#reconcile/finding.js';
import { AlertRepository } from '../alerts/alert.repository.js';
import { ReconciliationRepository } from './reconciliation.repository.js';
import type { Sequence } from './sequences.js';

const whole = z.int().min(0);
export const reconciliationStatus = z.strictObject({
  shards: z.array(
    z.strictObject({
      shard: whole,
      position: whole.meta({ description: 'Entries that were read' }),
      lag: whole.meta({ description: 'Entries that were sequenced and are not read yet' }),
    }),
  ),
  openExchanges: whole.meta({ description: 'Exchanges that miss a record which may still come' }),
  alerts: z.array(z.strictObject({ kind: z.string(), state: z.string(), count: whole })).meta({
    description: 'How many are not resolved',
  }),
  sequences: z.array(
    z.strictObject({
      source: z.string(),
      party: z.string(),
      chain: z.uuid(),
      head: whole.meta({ description: 'The largest number that came' }),
      missing: whole.meta({ description: 'How many numbers below it have not come, or not yet' }),
    }),
  ),
});
export type ReconciliationStatus = z.infer<typeof reconciliationStatus>;

@ApiTags('alerts')
@Controller('v1/reconciliation')
export class ReconciliationController {
  constructor(
    private readonly reconciliation: ReconciliationRepository,
    private readonly alerts: AlertRepository,
  ) {}

  @Get()
  @ApiOperation({ summary: 'How far the logs are reconciled, what waits, and where the parties’ sequences are' })
  @JsonAnswer(reconciliationStatus, { description: 'As it is now' })
  async get(): Promise<ReconciliationStatus> {
    const { reconciliation } = this;
    const [progress, openExchanges, alerts, sequences] = await Promise.all([
      reconciliation.progress(),
      reconciliation.waiting(),
      this.alerts.counts(),
      reconciliation.sequences(),
    ]);
    return {
      shards: progress.map(({ shard, position, size }) => ({ shard, position, lag: Math.max(0, size - position) })),
      ...{ openExchanges, alerts: [...alerts], sequences: sequences.map(headOf) },
    };
  }
}

function headOf({ source, chain, gaps }: Sequence) {
  const missing = gaps.reduce((sum, { from, to }) => sum + (to === undefined ? 0 : to - from + 1), 0);
  const next = gaps.at(-1)?.from ?? 1;
  return { source, party: partyOf(source), chain, head: next - 1, missing };
}
