import type { RegisteredKey } from '#client/admin-client.js';
import type { Title } from '#exchange/names.js';

const states = {
  revoked: { en: 'revoked', zh: '已吊销' },
  early: { en: 'not valid yet', zh: '尚未生效' },
  late: { en: 'ended', zh: '已失效' },
  valid: { en: 'valid', zh: '有效' },
} as const satisfies Record<string, Title>;

export function stateOf({ revokedAt, notBefore, notAfter }: RegisteredKey, now: Date): Title {
  if (revokedAt !== undefined) return states.revoked;
  if (notBefore !== undefined && now.getTime() < Date.parse(notBefore)) return states.early;
  if (notAfter !== undefined && now.getTime() >= Date.parse(notAfter)) return states.late;
  return states.valid;
}

/** Whether a rotation has to give it an end: it works still, and for longer than until then. */
export function outlives({ revokedAt, notAfter }: RegisteredKey, end: Date): boolean {
  return revokedAt === undefined && (notAfter === undefined || Date.parse(notAfter) > end.getTime());
}
