import { randomUUID } from 'node:crypto';
import { sha256 } from '#exchange/commitment.js';
import { exchangeRequest, type ExchangeRequest, type ExchangeRequestInput } from '#exchange/exchange-request.js';
import type { DecisionClaims } from '#exchange/tokens.js';
import type { Resource } from '#policy/resource.js';

const title = { zh: '字段', en: 'Field' };

export const RESIDENTS = {
  id: 'population/residents',
  title: { zh: '居民', en: 'Residents' },
  sharing: 'conditional',
  fields: {
    resident_id: { type: 'string', title, operators: ['eq', 'in'] },
    name: { type: 'string', title, operators: ['eq', 'prefix'] },
    district: { type: 'string', title, operators: ['eq', 'in'] },
    birth_date: { type: 'date', title, operators: ['eq', 'between'] },
    household_size: { type: 'integer', title, operators: ['eq', 'gte'] },
    mobile: { type: 'string', title, operators: ['eq'] },
  },
} satisfies Resource & { fields: Record<string, unknown> };

export function aRequest(changes: Partial<ExchangeRequestInput> = {}): ExchangeRequest {
  const request: ExchangeRequestInput = {
    resource: RESIDENTS.id,
    mode: 'records',
    purpose: 'gov:HousingEligibility',
    basis: { law: '公共租赁住房管理办法', article: '第九条' },
    case: 'GZF-2026-000123',
    officer: 'officer-1042',
    select: ['name'],
    ...changes,
  };
  return exchangeRequest.parse(request);
}

/** A decision on `body` as the gateway's claims, alive at this moment. */
export function aDecision(changes: Partial<DecisionClaims> = {}, body: Uint8Array = Buffer.from('')): DecisionClaims {
  const now = Math.floor(Date.now() / 1000);
  return {
    iss: 'gateway',
    aud: 'population',
    jti: randomUUID(),
    iat: now,
    exp: now + 30,
    request: sha256(body),
    consumer: 'housing/eligibility',
    resource: RESIDENTS.id,
    purpose: 'gov:HousingEligibility',
    agreements: [{ id: 'housing-residents', version: 1 }],
    policy: sha256('policy'),
    obligations: {
      fields: {
        name: { kind: 'mask', keepStart: 1, keepEnd: 0 },
        district: { kind: 'clear' },
        household_size: { kind: 'clear' },
        resident_id: { kind: 'pseudonymise' },
        birth_date: { kind: 'omit' },
      },
      filters: { resident_id: ['eq'], birth_date: ['eq', 'between'], household_size: ['eq', 'gte'], district: ['eq'] },
      rows: [],
      maxRows: 1000,
    },
    ...changes,
  };
}
