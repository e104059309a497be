import type { ProvenEntry } from '#exchange/answer.js';
import { cosign } from '#merkle/cosignature.js';
import { portableSign, publicKeyOf } from '#merkle/ed25519.js';
import { formatVkey, NOTE_ALGORITHM, noteKey } from '#merkle/note-key.js';
import { formatNote, parseNote } from '#merkle/signed-note.js';
import { formatTlogProof, parseTlogProof } from '#merkle/tlog-proof.js';
import { evidence } from './evidence.js';

/** When the witnesses of these tests cosign: 2026-11-23, in seconds. */
export const COSIGNED_AT = Date.parse('2026-11-23T09:00:01Z') / 1000;

export function aWitness(name: string, seed: number) {
  const key = new Uint8Array(32).fill(seed);
  const noted = noteKey(name, NOTE_ALGORITHM.cosignature, publicKeyOf(key));
  return { key: noted, sign: portableSign(key), named: { name, keys: [{ vkey: formatVkey(noted) }] } };
}
export type TestWitness = ReturnType<typeof aWitness>;

/** The proof with the cosignatures of these on its checkpoint, which it names. */
export function cosignedBy(proven: ProvenEntry, witnesses: readonly TestWitness[], needed = 2): ProvenEntry {
  const proof = parseTlogProof(proven.proof);
  const { text, signatures } = parseNote(proof.checkpoint);
  const added = witnesses.map((one) => cosign(text, COSIGNED_AT, one));
  const checkpoint = formatNote({ text, signatures: [...signatures, ...added] });
  const cosigned = witnesses.map(({ key }) => key.name);
  return { ...proven, proof: formatTlogProof({ ...proof, checkpoint }), quorum: { needed, cosigned } };
}

/** Evidence of a release, each of whose checkpoints these cosigned. */
export function cosignedEvidence(witnesses: readonly TestWitness[]) {
  const whole = evidence();
  const { decision, release } = whole.receipt;
  const receipt = {
    ...whole.receipt,
    decision: cosignedBy(decision, witnesses),
    ...(release === undefined ? {} : { release: cosignedBy(release, witnesses) }),
  };
  return { ...whole, receipt };
}
