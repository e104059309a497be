import { z } from 'zod';
import { LEDGER_TOPIC, code, commitment, recordHead, type EventContract } from './contract.js';

const type = 'reconciliation.found.v1';

/** Entries of the log that show it. */
export const evidenceList = z.array(z.strictObject({ shard: z.int().min(0), index: z.int().min(0), leaf: commitment }));

const schema = z.strictObject({
  type: z.literal(type),
  ...recordHead,
  /** A kind of finding: see libs/reconcile. */
  kind: code,
  /** The party that has to explain it. */
  owner: code,
  /** What it is about: an exchange, or numbers of a sequence that `source` writes. */
  exchange: z.uuid().optional(),
  sequence: z.strictObject({ chain: z.uuid(), from: z.int().min(1), source: code, to: z.int().min(1) }).optional(),
  /** The members that do not fit. */
  members: z.array(code),
  evidence: evidenceList,
});
export type ReconciliationFound = z.infer<typeof schema>;

/** The ledger found that records do not agree, or that one is missing. `id` is the alert's. */
export const reconciliationFoundV1: EventContract<ReconciliationFound> = { type, tag: 7, topic: LEDGER_TOPIC, schema };
