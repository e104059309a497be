import { z } from 'zod';
import { alertReason, alertState } from '#exchange/alert.js';
import { LEDGER_TOPIC, code, commitment, recordHead, type EventContract } from './contract.js';
import { evidenceList } from './reconciliation-found.v1.js';

const type = 'alert.changed.v1';

const schema = z.strictObject({
  type: z.literal(type),
  ...recordHead,
  /** The alert: `id` of its reconciliation.found.v1. */
  alert: z.uuid(),
  /** `came`: a record that was missing is there after all, which alone changes no state. */
  action: z.enum(['came', 'explained', 'resolved']),
  /** Afterwards. */
  state: alertState,
  /** The key of who says so, and why. Both absent where the ledger saw it by itself. */
  by: code.optional(),
  reason: alertReason.optional(),
  /** The party whose key that is. Absent where it is an operator's. */
  party: code.optional(),
  /** To what was noted with it, off the log: see commitment.ts. Absent where nothing was, and before there were commitments. */
  commitment: commitment.optional(),
  /** What came. */
  evidence: evidenceList,
});
export type AlertChanged = z.infer<typeof schema>;

/** What became of an alert. `id` is the change's own. */
export const alertChangedV1: EventContract<AlertChanged> = { type, tag: 8, topic: LEDGER_TOPIC, schema };
