import { consistencyProof } from '#merkle/consistency-proof.js';
import { MerkleError } from '#merkle/merkle-error.js';
import { nodeTreeHash } from '#merkle/node-cryptography.js';
import { parseNote, parseSignatures } from '#merkle/signed-note.js';
import type { TileReader } from '#merkle/tile-reader.js';
import type { Witness } from '#merkle/witness-policy.js';
import { formatWitnessRequest } from '#merkle/witness-request.js';
import { LedgerError } from '../ledger-error.js';
import type { SignedHead } from '../publication/signed-heads.js';
import { cosignatureOf, type Cosignature } from './cosigned-note.js';
import { ownRoot, weighCheckpoint, type OwnHistory, type SequencedLog } from './weigh-checkpoint.js';
import type { WitnessAnswer, WitnessClient } from './witness-client.js';

/** How far a witness is with a log. */
export interface WitnessState {
  readonly size: number | undefined;
  /** Seconds since 1970: its last cosignature. */
  readonly time: number | undefined;
  /** Why it did not cosign when it was asked last. */
  readonly error: string | undefined;
  /** Whether it said then that the log went back or has another history, and proved nothing of it. */
  readonly accuses: boolean;
}

/** Told of a checkpoint that the log signed and that contradicts the ledger: `note`, signatures included, is the evidence. */
export type OnProof = (error: LedgerError, note: string) => void;

/** Why it did not cosign. */
interface Refusal {
  readonly reason: string;
  readonly accuses?: boolean;
}

interface Asked extends OwnHistory {
  readonly head: SignedHead;
}

/** It answered in time that it is elsewhere, or it did not: tries in all. */
const TRIES = 3;

/** One log's line to one witness: knows how far the witness is, and asks one thing at a time. */
export class WitnessLine {
  private size: number | undefined;
  private last: { readonly size: number; readonly cosignature: Cosignature } | undefined;
  private refusal: Refusal | undefined;
  private objection: LedgerError | undefined;
  private busy: Promise<unknown> = Promise.resolve();

  constructor(
    readonly witness: Witness,
    private readonly client: Pick<WitnessClient, 'add' | 'shown'>,
    private readonly log: SequencedLog,
    private readonly onProof?: OnProof,
  ) {}

  get state(): WitnessState {
    const { reason, accuses = false } = this.refusal ?? {};
    return { size: this.size, time: this.last?.cosignature.time, error: reason, accuses };
  }

  /** Throws what it proved against the log, whenever that was. */
  requireNoObjection(): void {
    if (this.objection !== undefined) throw this.objection;
  }

  cosignatureAt(size: number): Cosignature | undefined {
    return this.last?.size === size ? this.last.cosignature : undefined;
  }

  /** Takes from a note that was published what this witness gave for it. */
  recall({ note, size }: SignedHead): void {
    const { text, signatures } = parseNote(note);
    this.keep(size, readOwn(text, signatures, this.witness));
  }

  /**
   * Asks for the cosignature of a head, unless there is one. Resolves when it has answered, whatever it was: `state` says.
   * Rejects with WITNESS_AHEAD where it proves that the log signed more than the database holds, WITNESS_DISAGREES where it
   * proves that the log signed another history, TILE_DIFFERS where it is the tiles that do not fit.
   */
  async ask(head: SignedHead, tiles: TileReader, isWanted: () => boolean): Promise<void> {
    const before = this.busy;
    const asking = before.then(async () => {
      this.requireNoObjection();
      if (!isWanted() || this.cosignatureAt(head.size) !== undefined) return;
      try {
        this.refusal = await this.tryUntilClear({ head, tiles, log: this.log });
      } catch (error) {
        if (!(error instanceof LedgerError && error.isFinal)) throw error;
        if (error.code !== 'TILE_MISSING' || isWanted()) throw (this.objection = error);
        // The log went on without it, and the partial tiles of a head that is past may be gone.
        this.refusal = { reason: 'answers too late' };
      }
    });
    this.busy = asking.catch(() => undefined);
    return asking;
  }

  /** Undefined where it cosigned. */
  private async tryUntilClear(own: Asked): Promise<Refusal | undefined> {
    const { head, tiles } = own;
    // By the specification whoever does not know asks from 0 and is told.
    let old = Math.min(this.size ?? 0, head.size);
    for (let attempt = 0; attempt < TRIES; attempt += 1) {
      const proof = await consistencyProof(old, head.size, tiles, nodeTreeHash);
      const answer = await this.client.add(formatWitnessRequest({ old, proof, note: head.note }));
      if (answer.kind !== 'other-size' || answer.size === old) return this.conclude(answer, old, own);
      if (answer.size > head.size) return this.hearAhead(answer.size, own);
      old = this.size = answer.size;
    }
    return { reason: 'names another size each time' };
  }

  private async conclude(answer: WitnessAnswer, old: number, own: Asked): Promise<Refusal | undefined> {
    const { head } = own;
    if (answer.kind === 'cosigned') return this.take(answer.signatures, head);
    if (answer.kind === 'failed') return { reason: answer.reason };
    // Told the very size that was named, or that the empty tree is not continued: that makes no sense.
    if (old === 0 || (answer.kind === 'other-size' && old < head.size)) return { reason: 'contradicts itself' };
    // It may be the proof of consistency that was wrong.
    await ownRoot(old, own);
    return this.hearOut('says that the log has another history', own);
  }

  private async hearAhead(size: number, own: Asked): Promise<Refusal> {
    const refusal = await this.hearOut('says that the log went back', own);
    // Another ledger may have published more from the same database meanwhile: that is no going back.
    return size > (await this.log.size()) ? refusal : { reason: 'is ahead of this head' };
  }

  /** Asks for the proof of what it says against the log: its word alone stops nothing. Rejects with what is proven. */
  private async hearOut(claim: string, own: Asked): Promise<Refusal> {
    const shown = await this.client.shown(this.log.key.name);
    const weighed = shown.kind === 'failed' ? shown : await weighCheckpoint(shown.note, this.witness.name, own);
    if (weighed.kind !== 'contradicts') return { reason: `${claim}, without proof (${weighed.reason})`, accuses: true };
    this.onProof?.(weighed.error, weighed.note);
    throw weighed.error;
  }

  private take(signatures: Uint8Array, head: SignedHead): Refusal | undefined {
    const { text } = parseNote(head.note);
    try {
      const cosignature = cosignatureOf(text, parseSignatures(signatures), this.witness);
      this.keep(head.size, cosignature);
      return cosignature === undefined ? { reason: 'signed with a key that is not valid now' } : undefined;
    } catch (error) {
      if (!(error instanceof MerkleError)) throw error;
      return { reason: `answered no cosignature of its own (${error.code})` };
    }
  }

  private keep(size: number, cosignature: Cosignature | undefined): void {
    if (cosignature === undefined) return;
    this.size = size;
    this.last = { size, cosignature };
  }
}

function readOwn(...of: Parameters<typeof cosignatureOf>): Cosignature | undefined {
  try {
    return cosignatureOf(...of);
  } catch (error) {
    if (error instanceof MerkleError) return undefined;
    throw error;
  }
}
