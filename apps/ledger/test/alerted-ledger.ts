import { randomUUID } from 'node:crypto';
import { AlertClient } from '#client/alert-client.js';
import { LedgerClient } from '#client/ledger-client.js';
import { accessDecidedV1 } from '#events/access-decided.v1.js';
import { LEDGER_TOPIC } from '#events/contract.js';
import { encode } from '#events/encode.js';
import type { SigningKey } from '#exchange/keys.js';
import { waitUntil } from '#embedded/wait-until.js';
import { aPermit } from '../../../libs/reconcile/src/exchange.fixture.js';
import { FAMILY_ORIGIN, runningLedger } from './a-service.js';

export const PATIENCE = 60_000;

/** A ledger that waits for nothing, with so many alerts that are for `population` to explain. */
export async function alertedLedger(count: number, otherOperators: readonly SigningKey[] = []) {
  const ledger = await runningLedger({ RECONCILE_PAIR_WITHIN_MS: '1', RECONCILE_EVERY_MS: '20' }, otherOperators);
  const client = new AlertClient({ ledger: ledger.url, fetch, now: Date.now });
  const permits = Array.from({ length: count }, () => aPermit({ id: randomUUID() }));
  await ledger.events.publish(
    LEDGER_TOPIC,
    permits.map((permit) => encode(accessDecidedV1, permit, { key: permit.id })),
  );
  const list = async () => (await client.list({ limit: 200 })).items;
  await waitUntil(async () => (await list()).length === count, PATIENCE);
  return { ledger, client, ids: (await list()).map(({ id }) => id) };
}

export const ordererOf = (key: SigningKey) => ({ key, origin: FAMILY_ORIGIN });

/** The event of this type and id, once it is published, with its proof. */
export async function publishedEvent(url: string, type: string, id: string) {
  const log = new LedgerClient({ ledger: url });
  const find = async () => (await log.event(id).catch(() => [])).find((one) => one.type === type);
  await waitUntil(async () => (await find()) !== undefined, PATIENCE);
  const { entry = '{}' } = (await find()) ?? {};
  return { content: JSON.parse(entry) as Record<string, unknown> };
}
