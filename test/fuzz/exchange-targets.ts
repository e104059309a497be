import { createHash } from 'node:crypto';
import { zstdCompressSync } from 'node:zlib';
import { proveBatch } from '#events/batch-proof.js';
import { entryContracts } from '#events/contracts.js';
import { EventError, checkEntry, readCanonical } from '#events/encode.js';
import { readEntry } from '#events/read-entry.js';
import { SourceCheck } from '#events/source-check.js';
import { checkContentDigest } from '#exchange/check-content-digest.js';
import { canonicalJson } from '#exchange/commitment.js';
import { JwsError, signJws, verifyJws } from '#exchange/jws.js';
import { generateSigningKey, importPublicJwk, KeyError, publicJwk } from '#exchange/keys.js';
import { readSignature } from '#exchange/read-signature.js';
import { contentDigest } from '#exchange/signature-profile.js';
import { anyEvidence } from '#client/evidence-file.js';
import { readTrust } from '#client/trust.js';
import { verifyReceipt } from '#client/verification/verify-receipt.js';
import { packBatch, toCloudEvent, unpackBatch } from '#platform/transport/event-batch.js';
import { CursorSeal } from '../../apps/adapter/src/query/cursor-seal.js';
import { Problem } from '#exchange/problem.js';
import { aDecision, aRelease, evidence, trustFileOfTests } from '../../libs/client/test/evidence.js';
import { spelling, type FuzzTarget } from './fuzz-target.js';

const isJsonError = (error: unknown) => error instanceof SyntaxError;
const json = (input: Buffer): unknown => JSON.parse(input.toString('utf8')) as unknown;

const keys = [generateSigningKey('EdDSA'), generateSigningKey('ES256')];
const tokens = keys.map((key) => signJws({ sub: 'a', n: 1 }, 'sluice-test+jwt', key));
const known = new Map(keys.map(({ kid, key }) => [kid, key]));

const body = Buffer.from('{"a":1}');
const sha512 = `sha-512=:${createHash('sha512').update(body).digest('base64')}:`;
const digests = [contentDigest(body), `${contentDigest(body)}, ${sha512}`];

const signatureInput =
  'sluice=("@method" "@authority" "@path" "content-digest");created=1795412547;nonce="abcdefghijklmnop0123";' +
  `keyid="${'k'.repeat(43)}";tag="sluice"`;
const signature = `sluice=:${Buffer.alloc(64, 7).toString('base64')}:`;

const whole = evidence();
const trust = readTrust(trustFileOfTests);
const entries = [aDecision(), aRelease(), aDecision({ outcome: 'deny', reason: 'NO_AGREEMENT' })].map(canonicalJson);

const published = [
  { id: aDecision().id, type: 'access.decided.v1', source: 'gateway', time: aDecision().time, key: 'k', data: body },
];

const sources = new SourceCheck(() => new Map([['gateway', known]]));
const proofs = keys.map((key) => proveBatch(body, key));

const seal = new CursorSeal(Buffer.alloc(32, 5), '2026');
const sealed = seal.seal([7, 'x'], 'q');

/** What callers, departments and files say before it is believed. */
export const exchangeTargets: readonly FuzzTarget[] = [
  spelling({
    ...{ name: 'JWS', samples: tokens, share: 50, isRefusal: (error) => error instanceof JwsError },
    read: (input) => verifyJws(input.toString('latin1'), 'sluice-test+jwt', known),
    accept: (_, input) => {
      if (!tokens.includes(input.toString('latin1'))) throw new Error('a changed token verifies');
    },
  }),
  spelling({
    ...{ name: 'Signature-Input', samples: [signatureInput], isRefusal: () => false },
    read: (input) => readSignature(input.toString('latin1'), signature),
    accept: (read, input) => {
      if (read.ok && `sluice=${read.signatureParams}` !== input.toString('latin1')) throw new Error('read otherwise');
    },
  }),
  spelling({
    ...{ name: 'Signature', samples: [signature], isRefusal: () => false },
    read: (input) => readSignature(signatureInput, input.toString('latin1')),
    accept: (read, input) => {
      const written = read.ok ? `sluice=:${read.signature.toString('base64')}:` : undefined;
      if (written !== undefined && written !== input.toString('latin1')) throw new Error('read otherwise');
    },
  }),
  spelling({
    ...{ name: 'Content-Digest', samples: digests, isRefusal: () => false },
    read: (input) => checkContentDigest(input.toString('latin1'), body),
    accept: (refusal, input) => {
      const header = input.toString('latin1');
      const turned = `${sha512}, ${contentDigest(body)}`;
      if (refusal === undefined && ![...digests, turned].includes(header)) throw new Error('a wrong digest fits');
    },
  }),
  spelling({
    ...{ name: 'public key', samples: keys.map(({ key }) => JSON.stringify(publicJwk(key))), share: 50 },
    read: (input) => importPublicJwk(json(input)),
    isRefusal: (error) => error instanceof KeyError || isJsonError(error),
  }),
  spelling({
    ...{ name: 'entry', samples: entries, isRefusal: (error) => error instanceof EventError },
    read: (input) => readEntry(input),
    accept: ({ type, isKnown }, input) => {
      const parsed = readCanonical(input);
      const contract = entryContracts.get(type);
      if (isKnown !== (contract !== undefined)) throw new Error('a type is taken for another');
      if (contract !== undefined) checkEntry(parsed, contract);
    },
  }),
  spelling({
    ...{ name: 'event batch', samples: [JSON.stringify(published.map(toCloudEvent))], isRefusal: () => false },
    read: (input) => unpackBatch(zstdCompressSync(input)),
    accept: (messages) => {
      if (messages.length === 0) throw new Error('a batch is answered with nothing');
    },
  }),
  spelling({
    ...{ name: 'event frame', samples: [packBatch(published)], isRefusal: () => false },
    read: (input) => unpackBatch(input),
    accept: (messages) => {
      if (messages.length === 0) throw new Error('a frame is answered with nothing');
    },
  }),
  spelling({
    ...{ name: 'batch proof', samples: proofs, share: 50, isRefusal: () => false },
    read: (input) => sources.open({ bytes: body, proof: input.toString('latin1'), unpack: () => [] }),
    accept: (opened, input) => {
      if (!('fault' in opened) && !proofs.includes(input.toString('latin1'))) throw new Error('a changed proof holds');
    },
  }),
  spelling({
    ...{ name: 'sealed cursor', samples: [sealed], isRefusal: (error) => error instanceof Problem },
    read: (input) => seal.open(input.toString('latin1'), 'q'),
    accept: (_, input) => {
      const bytes = (text: string) => Buffer.from(text, 'base64url');
      if (!bytes(input.toString('latin1')).equals(bytes(sealed))) throw new Error('a changed cursor opens');
    },
  }),
  spelling({
    ...{ name: 'receipt', samples: [JSON.stringify(whole), JSON.stringify(whole.receipt)], share: 5 },
    read: (input) => {
      const { receipt, ...rest } = anyEvidence.parse(json(input));
      return receipt === undefined ? undefined : verifyReceipt({ receipt, ...rest }, trust);
    },
    accept: (verification) => {
      if (verification?.ok !== true) return;
      if (canonicalJson(verification.decision) !== entries[0]) throw new Error('a forged decision verifies');
    },
    isRefusal: (error) =>
      isJsonError(error) || (error instanceof Error && error.name === '$ZodError') || isZodError(error),
  }),
];

function isZodError(error: unknown): boolean {
  return error instanceof Error && error.name === 'ZodError';
}
