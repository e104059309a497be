import { z } from 'zod';
import { erasureGround } from '#privacy/erasure-ground.js';
import { erased } from './erasure.js';
import { isStorable, type Title } from './names.js';
import { digest } from './tokens.js';

/** `open`: nobody has said why. `explained`: somebody has. `resolved`: what had to be done about it is done. */
export const alertStates = ['open', 'explained', 'resolved'] as const;
export const alertState = z.enum(alertStates);
export type AlertState = z.infer<typeof alertState>;

/** Why a record is missing or wrong, by code: this stands in the log for ever, and a code says nothing of a person. */
export const alertReasons = {
  'service-stopped': { en: 'a service was killed or stopped halfway', zh: '服务中途被终止' },
  outage: { en: 'a part was down, and the record came late or not at all', zh: '部件停用，记录迟到或缺失' },
  clock: { en: 'a clock was wrong', zh: '时钟有误' },
  configuration: { en: 'something was set up wrongly', zh: '配置有误' },
  'software-fault': { en: 'an error of the software', zh: '软件缺陷' },
  'restored-backup': { en: 'a database was restored from an older backup', zh: '数据库恢复到了较早的备份' },
  withheld: { en: 'the party withheld, changed or deleted a record', zh: '责任方隐瞒、篡改或删除了记录' },
  'unlawful-access': { en: 'data were accessed without a right to them', zh: '越权获取数据' },
  drill: { en: 'a drill', zh: '演练' },
} as const satisfies Readonly<Record<string, Title>>;
export type AlertReason = keyof typeof alertReasons;
export const alertReason = z.enum(Object.keys(alertReasons) as [AlertReason, ...AlertReason[]]);

/** An order to the ledger about an alert: see operator-order.ts. */
export const ALERT_HEADER = 'sluice-alert';
export const ALERT_TYPE = 'sluice-alert+jwt';

/**
 * What an operator, or the party that owns it, says of an alert. It names the alert and what becomes of it, since the order is
 * for these bytes alone. The note stays off the log: it may be about a person.
 */
export const alertStatement = z.strictObject({
  alert: z.uuid().toLowerCase(),
  state: z.enum(['explained', 'resolved']),
  reason: alertReason,
  note: z.string().min(1).max(2000).refine(isStorable, 'must be well-formed text without NUL').optional(),
  /** 32 random bytes in base64url: the digest in the order, wherever one is kept, can be tried with no guess at the note. */
  salt: digest,
});
export type AlertStatement = z.infer<typeof alertStatement>;

const whole = z.int().min(0);
export const alertEvidence = z.strictObject({
  shard: whole,
  index: whole,
  leaf: z.string().meta({ description: 'Leaf hash of the entry, 32 bytes in base64url' }),
  proof: z
    .string()
    .meta({ description: 'Where the ledger gives the entry with its offline proof, once it is published' }),
});

export const alertSummary = z.strictObject({
  id: z.uuid(),
  kind: z.string().meta({ description: 'What was found: see the runbook' }),
  owner: z.string().meta({ description: 'The party that has to explain it: a department, `gateway` or `ledger`' }),
  state: alertState,
  foundAt: z.iso.datetime(),
  changedAt: z.iso.datetime(),
  exchange: z.uuid().optional().meta({ description: 'The exchange that it is about' }),
  sequence: z
    .strictObject({ source: z.string(), chain: z.uuid(), from: z.int().min(1), to: z.int().min(1) })
    .optional()
    .meta({ description: "Or the numbers of a party's sequence" }),
  members: z.array(z.string()).meta({ description: 'The members that do not fit' }),
  cameAfterAll: whole.meta({ description: 'How many records that were missing have come since' }),
});
export type AlertSummary = z.infer<typeof alertSummary>;

const alertChange = z.strictObject({
  at: z.iso.datetime(),
  action: z.enum(['found', 'came', 'explained', 'resolved']),
  state: alertState.meta({ description: 'Afterwards' }),
  by: z.string().optional().meta({ description: 'The key of who said so. Absent where the ledger saw it by itself' }),
  party: z.string().optional().meta({ description: "The party whose key it is. Absent where it is an operator's" }),
  reason: alertReason.optional(),
  commitment: digest.optional().meta({ description: 'To the note, as the log has it' }),
  erased: erased.optional().meta({ description: 'By whom the note was destroyed, when and on which ground' }),
  evidence: z.array(alertEvidence),
  entry: z.uuid().meta({ description: 'The event by which the log says so' }),
});

export const alertDetails = alertSummary.extend({
  evidence: z.array(alertEvidence),
  history: z.array(alertChange),
});
export type AlertDetails = z.infer<typeof alertDetails>;

export const alertsPage = z.strictObject({ items: z.array(alertSummary), next: z.string().optional() });
export type AlertsPage = z.infer<typeof alertsPage>;

export const alertNotesRequest = z.strictObject({ alert: z.uuid().toLowerCase() });

export const alertNote = z.strictObject({
  entry: z.uuid().meta({ description: 'The event by which the log says when and by whom' }),
  at: z.iso.datetime(),
  by: z.string(),
  note: z.string(),
  nonce: digest.optional().meta({
    description: 'Opens the commitment of the entry. Absent where the log commits to no note: it proves none',
  }),
});
export type AlertNote = z.infer<typeof alertNote>;
export const alertNotes = z.strictObject({ items: z.array(alertNote) });
export type AlertNotes = z.infer<typeof alertNotes>;

/** An operator's order to destroy what was noted with a change: `entry` is the change's. */
export const noteErasure = z.strictObject({
  alert: z.uuid().toLowerCase(),
  entry: z.uuid().toLowerCase(),
  ground: erasureGround,
});
export type NoteErasure = z.infer<typeof noteErasure>;
