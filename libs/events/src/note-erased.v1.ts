import { z } from 'zod';
import { erasureGround } from '#privacy/erasure-ground.js';
import { LEDGER_TOPIC, code, recordHead, type EventContract } from './contract.js';

const type = 'note.erased.v1';

const schema = z.strictObject({
  type: z.literal(type),
  ...recordHead,
  /** The alert that the note was about. */
  alert: z.uuid(),
  /** The operator's key. */
  by: code,
  ground: erasureGround,
});
export type NoteErased = z.infer<typeof schema>;

/** The ledger destroyed a note and what opens its commitment. `id` is that of the alert.changed.v1 that it was noted with. */
export const noteErasedV1: EventContract<NoteErased> = { type, tag: 9, topic: LEDGER_TOPIC, schema };
