import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { checkShape } from '#platform/http/json-body.js';
import { JsonAnswer, Problems } from '#platform/http/openapi.js';
import { partyOf } from '#reconcile/finding.js';
import type { Sequence, SequenceName } from '#reconcile/sequences.js';
import { AlertRepository } from '../alerts/alert.repository.js';
import { decimal } from '../reading/ledger-answers.schema.js';
import { ReconciliationRepository } from './reconciliation.repository.js';

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
  next: z.string().optional().meta({ description: '`cursor` of the next page of sequences. Absent on the last one' }),
});
export type ReconciliationStatus = z.infer<typeof reconciliationStatus>;

/** A source and a sequence: no source has a tilde. */
const CURSOR = /^[A-Za-z0-9_:./-]{1,128}~[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const query = z.strictObject({
  limit: decimal.refine((value) => value >= 1 && value <= 200, 'from 1 to 200').default(50),
  cursor: z
    .string()
    .regex(CURSOR)
    .transform((text): SequenceName => {
      const [source = '', chain = ''] = text.split('~');
      return { source, chain };
    })
    .optional(),
});

@ApiTags('alerts')
@Controller('v1/reconciliation')
export class ReconciliationController {
  constructor(
    private readonly reconciliation: ReconciliationRepository,
    private readonly alerts: AlertRepository,
  ) {}

  @Get()
  @ApiOperation({ summary: 'How far the logs are reconciled, what waits, and where the parties’ sequences are' })
  @ApiQuery({
    ...{ name: 'limit', required: false, description: 'Of sequences' },
    schema: { type: 'integer', minimum: 1, maximum: 200, default: 50 },
  })
  @ApiQuery({ name: 'cursor', required: false, schema: { type: 'string' }, description: '`next` of the page before' })
  @JsonAnswer(reconciliationStatus, { description: 'As it is now, with a page of sequences by source and name' })
  @Problems('INVALID_REQUEST', 'LEDGER_UNAVAILABLE')
  async get(@Query() asked: unknown): Promise<ReconciliationStatus> {
    const { limit, cursor } = checkShape(asked, query);
    const { reconciliation } = this;
    const [progress, openExchanges, alerts, sequences] = await Promise.all([
      reconciliation.progress(),
      reconciliation.waiting(),
      this.alerts.counts(),
      reconciliation.sequences(limit + 1, cursor),
    ]);
    return {
      shards: progress.map(({ shard, position, size }) => ({ shard, position, lag: Math.max(0, size - position) })),
      ...{ openExchanges, alerts: [...alerts], sequences: sequences.slice(0, limit).map(headOf) },
      ...nextAfter(sequences, limit),
    };
  }
}

function nextAfter(sequences: readonly Sequence[], limit: number): Pick<ReconciliationStatus, 'next'> {
  const last = sequences[limit - 1];
  return last === undefined || sequences.length <= limit ? {} : { next: `${last.source}~${last.chain}` };
}

function headOf({ source, chain, gaps }: Sequence) {
  const closed = gaps.flatMap(({ from, to, isBlurred }) =>
    to === undefined || isBlurred === true ? [] : to - from + 1,
  );
  const missing = closed.reduce((sum, count) => sum + count, 0);
  const next = gaps.at(-1)?.from ?? 1;
  return { source, party: partyOf(source), chain, head: next - 1, missing };
}
