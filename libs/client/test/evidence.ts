import type { Receipt, ReceiptStub, ReleasedData } from '#exchange/answer.js';
import { canonicalJson, commit, sha256, type DecisionDetail } from '#exchange/commitment.js';
import { signJws } from '#exchange/jws.js';
import { generateSigningKey, publicJwk } from '#exchange/keys.js';
import { RELEASE_TYPE, type ReleaseClaims } from '#exchange/tokens.js';
import type { AccessDecided } from '#events/access-decided.v1.js';
import type { AccessFailed } from '#events/access-failed.v1.js';
import type { AccessReleased } from '#events/access-released.v1.js';
import { formatCheckpoint } from '#merkle/checkpoint.js';
import { CompactRange } from '#merkle/compact-range.js';
import { inclusionRanges } from '#merkle/leaf-range.js';
import { formatVkey } from '#merkle/note-key.js';
import { portableNoteSigner, signNote } from '#merkle/sign-note.js';
import { formatTlogProof } from '#merkle/tlog-proof.js';
import { leafHash } from '#merkle/tree-hash.js';
import type { TrustFile } from '../src/trust.js';
import type { Evidence } from '../src/verification/verify-receipt.js';

export const ORIGIN = 'sluice.example/log/0';
export const ID = '018bcfe5-6800-8a1d-ab73-17a77cb3aeda';
export const adapterKey = generateSigningKey();
export const logSigner = portableNoteSigner(ORIGIN, new Uint8Array(32).fill(7));

export const trustFileOfTests: TrustFile = {
  logs: [{ origin: ORIGIN, vkey: formatVkey(logSigner.key) }],
  departments: [{ id: 'population', keys: [publicJwk(adapterKey.key)] }],
};

/** The entry's proof in a log of these texts, signed by the log's key. */
export function prove(entries: readonly string[], index: number, signer = logSigner) {
  const leaves = entries.map((entry) => leafHash(Buffer.from(entry)));
  const rootOf = (from: number, to: number) => {
    const range = CompactRange.empty();
    range.appendAll(leaves.slice(from, to));
    return range.root();
  };
  const size = leaves.length;
  const text = formatCheckpoint({ origin: ORIGIN, size, root: rootOf(0, size) });
  const hashes = inclusionRanges(index, size).map(({ from, to }) => rootOf(from, to));
  const proof = formatTlogProof({ index, hashes, checkpoint: signNote(text, [signer]) });
  return { entry: entries[index] ?? '', origin: ORIGIN, index, proof };
}

const nonce = Buffer.alloc(32, 1);
const releaseNonce = Buffer.alloc(32, 2);
const policy = sha256('the agreements');
const time = '2026-11-23T09:00:00.500Z';

export const request = JSON.stringify({ resource: 'population/residents', select: ['name', 'district'] });
const detailOf = (text: string): DecisionDetail => ({
  request: sha256(text),
  officer: 'officer-1042',
  case: 'GZF-2026-000123',
});
const detail = detailOf(request);
export const data: ReleasedData = { rows: [{ name: '王*', district: '西湖区' }] };

export function aDecision(change: Partial<AccessDecided> = {}): AccessDecided {
  return {
    type: 'access.decided.v1',
    id: ID,
    source: 'gateway',
    time,
    consumer: 'housing/eligibility',
    authenticated: true,
    mode: 'records',
    outcome: 'permit',
    resource: 'population/residents',
    purpose: 'gov:HousingEligibility',
    select: ['name', 'district'],
    where: ['resident_id'],
    agreements: [{ id: 'housing-residents', version: 1 }],
    policy,
    commitment: commit(nonce, detail),
    ...change,
  };
}

export function claims(change: Partial<ReleaseClaims> = {}): ReleaseClaims {
  return {
    iss: 'population',
    aud: 'housing/eligibility',
    jti: ID,
    iat: 1_795_424_400,
    decision: sha256('the decision'),
    request: detail.request,
    data: sha256(canonicalJson(data)),
    rows: 1,
    fields: ['name', 'district'],
    nonce: releaseNonce.toString('base64url'),
    ...change,
  };
}

export function aRelease(change: Partial<AccessReleased> = {}): AccessReleased {
  return {
    type: 'access.released.v1',
    id: ID,
    source: 'adapter/population',
    time,
    consumer: 'housing/eligibility',
    resource: 'population/residents',
    purpose: 'gov:HousingEligibility',
    fields: ['name', 'district'],
    rows: 1,
    policy,
    decision: sha256('the decision'),
    commitment: commit(releaseNonce, { request: detail.request, data: sha256(canonicalJson(data)) }),
    ...change,
  };
}

export function aFailure(change: Partial<AccessFailed> = {}): AccessFailed {
  const { id, consumer } = aDecision();
  const resource = 'population/residents';
  return {
    type: 'access.failed.v1',
    id,
    source: 'gateway',
    time,
    consumer,
    resource,
    reason: 'ADAPTER_TIMEOUT',
    ...change,
  };
}

/** What differs from the honest whole. `release` may be absent altogether. */
export interface Parts {
  readonly request?: string;
  readonly decision?: Partial<AccessDecided>;
  readonly release?: Partial<AccessReleased> | undefined;
  readonly failure?: Partial<AccessFailed>;
  readonly claims?: Partial<ReleaseClaims>;
}

/** What an honest gateway, department and log would give for these parts: each entry in a log of nine. */
export function evidence(parts: Parts = {}): Evidence & { receipt: Receipt } {
  const { request: asked = request } = parts;
  const about = detailOf(asked);
  const kept = { request: about.request, data: sha256(canonicalJson(data)) };
  const isReleased = !('release' in parts) || parts.release !== undefined;
  const others = Array.from({ length: 8 }, (_, at) => `{"n":${at}}`);
  const proven = (entry: object) => prove([...others, canonicalJson(entry)], 8);
  const release = () => proven(aRelease({ commitment: commit(releaseNonce, kept), ...parts.release }));
  const token = () => signJws(claims({ request: about.request, ...parts.claims }), RELEASE_TYPE, adapterKey);
  return {
    receipt: {
      id: ID,
      decision: proven(aDecision({ commitment: commit(nonce, about), ...parts.decision })),
      opening: { nonce: nonce.toString('base64url'), detail: about },
      ...(isReleased ? { release: release() } : {}),
      ...(parts.failure === undefined ? {} : { failure: proven(aFailure(parts.failure)) }),
    },
    request: asked,
    ...(isReleased ? { answer: { data, release: token() } } : {}),
  };
}

/** What comes with the answer, or with a refusal that is on record. */
export function promisedBy({ receipt }: { readonly receipt: Receipt }): ReceiptStub {
  const leaf = Buffer.from(leafHash(Buffer.from(receipt.decision.entry))).toString('base64url');
  return { id: ID, leaf, mergeBy: '2026-11-23T09:00:01.500Z' };
}
