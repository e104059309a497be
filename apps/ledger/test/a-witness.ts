import { formatCheckpoint } from '#merkle/checkpoint.js';
import { CompactRange } from '#merkle/compact-range.js';
import { cosign } from '#merkle/cosignature.js';
import { portableSign, publicKeyOf } from '#merkle/ed25519.js';
import { NOTE_ALGORITHM, noteKey } from '#merkle/note-key.js';
import { signNote, type NoteSigner } from '#merkle/sign-note.js';
import { formatSignatures, parseNote } from '#merkle/signed-note.js';
import { leafHash } from '#merkle/tree-hash.js';
import { refuseCheckpoint } from '#merkle/witness-decision.js';
import type { Witness } from '#merkle/witness-policy.js';
import { parseWitnessRequest } from '#merkle/witness-request.js';
import { memoryTiles } from '../../../libs/merkle/test/memory-tiles.js';
import type { SignedHead } from '../src/publication/signed-heads.js';
import type { ShownCheckpoint, WitnessAnswer } from '../src/witnessing/witness-client.js';
import { aShard } from './a-log.js';

/** What it does when it is asked. `undefined` goes on to what an honest witness does. */
type Mood = (body: string) => WitnessAnswer | Promise<WitnessAnswer> | undefined;

/** A peer that follows the specification, unless it is told to do otherwise, and remembers in memory. */
export class AWitness {
  readonly asked: string[] = [];
  readonly signer: NoteSigner;
  readonly witness: Witness;
  seen: SignedHead | undefined;
  mood: Mood = () => undefined;
  /** In place of what it has seen. */
  pretence: (() => ShownCheckpoint | Promise<ShownCheckpoint>) | undefined;
  /** How often it was asked for it. */
  shownTimes = 0;

  constructor(
    readonly name: string,
    seed: number,
  ) {
    const key = new Uint8Array(32).fill(seed);
    const noted = noteKey(name, NOTE_ALGORITHM.cosignature, publicKeyOf(key));
    this.signer = { key: noted, sign: portableSign(key) };
    this.witness = { name, keys: [{ key: noted, from: 0, until: Infinity }] };
  }

  async add(body: string): Promise<WitnessAnswer> {
    this.asked.push(body);
    return (await this.mood(body)) ?? this.answer(body);
  }

  async shown(): Promise<ShownCheckpoint> {
    this.shownTimes += 1;
    if (this.pretence !== undefined) return this.pretence();
    if (this.seen === undefined) return { kind: 'failed', reason: 'answered 404' };
    return { kind: 'shown', note: Buffer.from(this.seen.note) };
  }

  answer(body: string): WitnessAnswer {
    const request = parseWitnessRequest(Buffer.from(body));
    const refusal = refuseCheckpoint(request, this.seen);
    if (refusal?.status === 409) return { kind: 'other-size', size: refusal.size };
    if (refusal !== undefined) return { kind: 'refuted' };
    this.seen = { ...request.checkpoint, note: request.note };
    return cosigned(request.note, this.signer);
  }
}

/** The answer of a witness with this key, to this note or to another. */
export function cosigned(note: string, signer: NoteSigner, time = 1_800_000_000): WitnessAnswer {
  const { text } = parseNote(note);
  return { kind: 'cosigned', signatures: Buffer.from(formatSignatures([cosign(text, time, signer)])) };
}

/** A log of entries that say nothing but their number and their kind: two kinds differ from the first on. */
export function grownLog(size: number, kind = 'a') {
  const leaves = Array.from({ length: size }, (_, at) => leafHash(Buffer.from(`${kind} ${at}`)));
  const { signer, origin } = aShard();
  const rootAt = (count: number) => {
    const range = CompactRange.empty();
    range.appendAll(leaves.slice(0, count));
    return range.root();
  };
  const head = (count: number): SignedHead => {
    const root = rootAt(count);
    return { size: count, root, note: signNote(formatCheckpoint({ origin, size: count, root }), [signer]) };
  };
  const sequenced = {
    key: signer.key,
    size: () => Promise.resolve(size),
    rootAt: (count: number) => Promise.resolve(count <= size ? rootAt(count) : undefined),
  };
  return { head, sequenced, tiles: memoryTiles(leaves) };
}
