import { signJws } from '#exchange/jws.js';
import type { SigningKey } from '#exchange/keys.js';
import { DECISION_TYPE, type DecisionClaims } from '#exchange/tokens.js';
import { randomBytes } from '#platform/random-bytes.js';
import type { Permission } from './judge.js';

export interface Issuer {
  readonly name: string;
  readonly key: SigningKey;
  /** Seconds, DECISION_LIFETIME at the most. */
  readonly lifetime: number;
}

export interface TokenOf {
  readonly id: string;
  readonly consumer: string;
  readonly resource: string;
  readonly purpose: string;
  /** SHA-256 of the caller's body in base64url. */
  readonly request: string;
  readonly at: Date;
}

const BLIND_BYTES = 32;

/** The permit as the adapter gets it, signed: it acts on this and on nothing else that comes over the network. */
export function signDecision(issuer: Issuer, { permit, provider }: Permission, of: TokenOf): string {
  const iat = Math.floor(of.at.getTime() / 1000);
  const claims: DecisionClaims = {
    iss: issuer.name,
    aud: provider.id,
    jti: of.id,
    iat,
    exp: iat + issuer.lifetime,
    request: of.request,
    consumer: of.consumer,
    resource: of.resource,
    purpose: of.purpose,
    agreements: [...permit.agreements],
    policy: permit.policy,
    obligations: permit.obligations,
    blind: randomBytes(BLIND_BYTES).toString('base64url'),
  };
  return signJws(claims, DECISION_TYPE, issuer.key);
}
