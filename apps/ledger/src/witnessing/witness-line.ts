import { consistencyProof, verifyConsistency } from '#merkle/consistency-proof.js';
import { MerkleError } from '#merkle/merkle-error.js';
import { nodeTreeHash } from '#merkle/node-cryptography.js';
import { parseNote, parseSignatures } from '#merkle/signed-note.js';
import type { TileReader } from '#merkle/tile-reader.js';
import type { TreeHead } from '#merkle/tree-head.js';
import type { Witness } from '#merkle/witness-policy.js';
import { formatWitnessRequest } from '#merkle/witness-request.js';
import { LedgerError } from '../ledger-error.js';
import type { SignedHead } from '../publication/signed-heads.js';
import { cosignatureOf, type Cosignature } from './cosigned-note.js';
import type { WitnessAnswer, WitnessClient } from './witness-client.js';

/** What the database says of the log, apart from what was published. */
export interface SequencedLog {
  size(): Promise<number>;
  /** Undefined where the log never had a head of this size. */
  rootAt(size: number): Promise<Uint8Array | undefined>;
}

/** How far a witness is with a log. */
export interface WitnessState {
  readonly size: number | undefined;
  /** Seconds since 1970: its last cosignature. */
  readonly time: number | undefined;
  /** Why it did not cosign when it was asked last. */
  readonly error: string | undefined;
}

/** It answered in time that it is elsewhere, or it did not: tries in all. */
const TRIES = 3;

/** One log's line to one witness: knows how far the witness is, and asks one thing at a time. */
export class WitnessLine {
  private size: number | undefined;
  private last: { readonly size: number; readonly cosignature: Cosignature } | undefined;
  private error: string | undefined;
  private objection: LedgerError | undefined;
  private busy: Promise<unknown> = Promise.resolve();

  constructor(
    readonly witness: Witness,
    private readonly client: Pick<WitnessClient, 'add'>,
    private readonly sequenced: SequencedLog,
  ) {}

  get state(): WitnessState {
    return { size: this.size, time: this.last?.cosignature.time, error: this.error };
  }

  /** Throws what it said against the log, whenever that was. */
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
   * Rejects with WITNESS_AHEAD where it has cosigned more than the database holds, WITNESS_DISAGREES where it has seen
   * another history, TILE_DIFFERS where it is the tiles that do not fit.
   */
  async ask(head: SignedHead, tiles: TileReader, isWanted: () => boolean): Promise<void> {
    const before = this.busy;
    const asking = before.then(async () => {
      if (!isWanted() || this.cosignatureAt(head.size) !== undefined) return;
      try {
        this.error = await this.tryUntilClear(head, tiles);
      } catch (error) {
        if (error instanceof LedgerError && error.isFinal) this.objection = error;
        throw error;
      }
    });
    this.busy = asking.catch(() => undefined);
    return asking;
  }

  /** Why there is no cosignature; undefined where there is. */
  private async tryUntilClear(head: SignedHead, tiles: TileReader): Promise<string | undefined> {
    // By the specification whoever does not know asks from 0 and is told.
    let old = Math.min(this.size ?? 0, head.size);
    for (let attempt = 0; attempt < TRIES; attempt += 1) {
      const proof = await consistencyProof(old, head.size, tiles, nodeTreeHash);
      const answer = await this.client.add(formatWitnessRequest({ old, proof, note: head.note }));
      if (answer.kind !== 'other-size' || answer.size === old) return this.conclude(answer, old, proof, head);
      this.size = answer.size;
      if (answer.size > head.size) return this.requireNotAhead(answer.size);
      old = answer.size;
    }
    return 'names another size each time';
  }

  private async conclude(
    answer: WitnessAnswer,
    old: number,
    proof: readonly Uint8Array[],
    head: SignedHead,
  ): Promise<string | undefined> {
    if (answer.kind === 'cosigned') return this.take(answer.signatures, head);
    if (answer.kind === 'failed') return answer.reason;
    // Told the very size that was named, or that the empty tree is not continued: that makes no sense.
    if (old === 0 || (answer.kind === 'other-size' && old < head.size)) return 'contradicts itself';
    return this.requireAgreement(old, proof, head);
  }

  private take(signatures: Uint8Array, head: SignedHead): string | undefined {
    const { text } = parseNote(head.note);
    try {
      const cosignature = cosignatureOf(text, parseSignatures(signatures), this.witness);
      this.keep(head.size, cosignature);
      return cosignature === undefined ? 'signed with a key that is not valid now' : undefined;
    } catch (error) {
      if (!(error instanceof MerkleError)) throw error;
      return `answered no cosignature of its own (${error.code})`;
    }
  }

  private keep(size: number, cosignature: Cosignature | undefined): void {
    if (cosignature === undefined) return;
    this.size = size;
    this.last = { size, cosignature };
  }

  /** Another ledger may have published more from the same database meanwhile: that is no going back. */
  private async requireNotAhead(size: number): Promise<string> {
    const held = await this.sequenced.size();
    if (size <= held) return 'is ahead of this head';
    throw new LedgerError(
      'WITNESS_AHEAD',
      `${this.witness.name} has cosigned ${size} entries and the database has ${held}. The database is another one, or an ` +
        'older backup: give the ledger the one that has them all. If the witness is wrong, take it out of the policy.',
    );
  }

  private async requireAgreement(old: number, proof: readonly Uint8Array[], head: TreeHead): Promise<never> {
    const root = await this.sequenced.rootAt(old);
    if (root !== undefined && !isConsistent(proof, { size: old, root }, head)) {
      throw new LedgerError('TILE_DIFFERS', `the tiles do not prove that size ${head.size} continues size ${old}`);
    }
    throw new LedgerError(
      'WITNESS_DISAGREES',
      `${this.witness.name} has cosigned another history at size ${old} than the database holds. The database was changed, or ` +
        'is another one: compare with the checkpoint that the witness shows. If the witness is wrong, take it out of the policy.',
    );
  }
}

function isConsistent(proof: readonly Uint8Array[], older: TreeHead, newer: TreeHead): boolean {
  try {
    verifyConsistency(proof, older, newer, nodeTreeHash);
    return true;
  } catch (error) {
    if (error instanceof MerkleError) return false;
    throw error;
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
