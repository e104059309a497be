import { setTimeout as delay } from 'node:timers/promises';
import { parseNote } from '#merkle/signed-note.js';
import type { TileReader } from '#merkle/tile-reader.js';
import { LedgerError } from '../ledger-error.js';
import type { Cosigner } from '../publication/cosigner.js';
import type { SignedHead } from '../publication/signed-heads.js';
import { withCosignatures, type Cosignature } from './cosigned-note.js';
import type { WitnessLine, WitnessState } from './witness-line.js';

export interface LogCosignerOptions {
  readonly lines: readonly WitnessLine[];
  readonly quorum: number;
  /** Milliseconds for which the others are waited for once there are enough. */
  readonly graceMs?: number;
  /** Told after each round how each witness stands. */
  readonly onAsked?: (states: ReadonlyMap<string, WitnessState>) => void;
}

/** Collects cosignatures of one log's heads, from all witnesses at once. How long one may take is its client's matter. */
export class LogCosigner implements Cosigner {
  constructor(private readonly options: LogCosignerOptions) {}

  /** By name, in the order of the policy. */
  get states(): ReadonlyMap<string, WitnessState> {
    return new Map(this.options.lines.map((line) => [line.witness.name, line.state]));
  }

  /** Who did not cosign when asked last, and why: for an operator. */
  get away(): readonly string[] {
    return [...this.states].flatMap(([name, { error }]) => (error === undefined ? [] : [`${name} (${error})`]));
  }

  /** The quorum that a published note carries: how many there had to be, and who there are. */
  quorumOf(note: string): { readonly needed: number; readonly cosigned: string[] } {
    const signed = new Set(parseNote(note).signatures.map(({ name }) => name));
    const cosigned = this.options.lines.map((line) => line.witness.name).filter((name) => signed.has(name));
    return { needed: this.options.quorum, cosigned };
  }

  /** Takes over what a published head carries, so that a restart asks for nothing again. */
  recall(head: SignedHead): void {
    for (const line of this.options.lines) line.recall(head);
  }

  lacks({ size, note }: SignedHead): boolean {
    const given = this.givenAt(size);
    return given.length < this.options.lines.length || withCosignatures(note, given) !== note;
  }

  async cosign(head: SignedHead, tiles: TileReader): Promise<string> {
    await this.askAll(head, tiles);
    for (const line of this.options.lines) line.requireNoObjection();
    this.options.onAsked?.(this.states);
    const given = this.givenAt(head.size);
    if (given.length < this.options.quorum) throw new LedgerError('QUORUM_MISSING', this.describeMissing(head.size));
    return withCosignatures(head.note, given);
  }

  private givenAt(size: number): Cosignature[] {
    return this.options.lines.flatMap((line) => line.cosignatureAt(size) ?? []);
  }

  /** Resolves when all have answered, or a moment after enough have cosigned. */
  private async askAll(head: SignedHead, tiles: TileReader): Promise<void> {
    const { lines, quorum, graceMs = 50 } = this.options;
    const enough = Promise.withResolvers<undefined>();
    const over = new AbortController();
    if (quorum === 0) enough.resolve(undefined);
    const asked = Promise.all(
      lines.map(async (line) => {
        await line.ask(head, tiles, () => !over.signal.aborted);
        if (this.givenAt(head.size).length >= quorum) enough.resolve(undefined);
      }),
    );
    const grace = enough.promise.then(() => delay(graceMs, undefined, { signal: over.signal })).catch(() => undefined);
    try {
      await Promise.race([asked, grace]);
    } finally {
      over.abort();
      // What one that was not waited for has to say against the log is kept for the next round.
      asked.catch(() => undefined);
    }
  }

  private describeMissing(size: number): string {
    const { lines, quorum } = this.options;
    const missing = lines.filter((line) => line.cosignatureAt(size) === undefined);
    const reasons = missing.map(({ witness, state }) => `${witness.name} (${state.error ?? 'not asked'})`);
    const count = lines.length - missing.length;
    return `${count} of the ${quorum} cosignatures needed at size ${size}; missing: ${reasons.join(', ')}`;
  }
}
