import { formatCheckpoint } from '#merkle/checkpoint.js';
import { CHECKPOINT } from '#merkle/log-paths.js';
import { nodeVerify } from '#merkle/node-cryptography.js';
import { openCheckpoint } from '#merkle/open-checkpoint.js';
import { signNote } from '#merkle/sign-note.js';
import type { NoteSigner } from '#merkle/sign-note.js';
import { EMPTY_ROOT } from '#merkle/tree-hash.js';
import type { TreeHead } from '#merkle/tree-head.js';
import { LedgerError } from '../ledger-error.js';
import { replaceFile } from './replace-file.js';
import type { TileStore } from './tile-store.js';

export interface SignedHead extends TreeHead {
  /** The signed note. */
  readonly note: string;
}

/** One file a signed head, named by its size: a store allows one of each name. */
const HEADS = '.heads';

/**
 * What the log has promised, kept apart from the database: it notices when the database goes back. A head is signed by
 * creating the file of its size, so two processes can never sign two heads of one size, whatever they believe.
 */
export class SignedHeads {
  constructor(
    private readonly store: TileStore,
    private readonly signer: NoteSigner,
    /** Where the signed heads are kept, if not beside the checkpoint. */
    private readonly promises: TileStore = store,
  ) {}

  /**
   * The largest head that was signed, published or not; as it was published if it was, since that note may be cosigned.
   * Throws CHECKPOINT_FOREIGN where one is not this log's, CHECKPOINT_TAKEN where another of its size was published.
   */
  async newest(): Promise<SignedHead | undefined> {
    const size = (await this.sizes()).at(-1);
    const signed = size === undefined ? undefined : await this.signedAt(size);
    const published = await this.published();
    if (signed === undefined || published === undefined) return signed ?? published;
    if (published.size < signed.size) return signed;
    if (published.size === signed.size && Buffer.compare(published.root, signed.root) !== 0) {
      throw new LedgerError(
        'CHECKPOINT_TAKEN',
        `${this.origin} shows another head than it signed at size ${signed.size}`,
      );
    }
    return published;
  }

  /** What readers see. */
  async published(): Promise<SignedHead | undefined> {
    const bytes = await this.store.read(CHECKPOINT);
    return bytes === undefined ? undefined : this.open(CHECKPOINT, bytes);
  }

  /**
   * Signs a head; safe to repeat. Throws PUBLISHED_AHEAD where a larger one was signed, CHECKPOINT_TAKEN where another of
   * the same size was: then nothing may be published.
   */
  async sign({ size, root }: TreeHead): Promise<SignedHead> {
    const largest = (await this.sizes()).at(-1) ?? 0;
    if (largest > size)
      throw new LedgerError('PUBLISHED_AHEAD', `${this.origin} was signed at size ${largest} already`);
    const { note } = this.noteOf({ size, root });
    if (!(await this.promises.create(`${HEADS}/${size}`, Buffer.from(note)))) {
      const there = await this.signedAt(size);
      if (there === undefined || Buffer.compare(there.root, root) !== 0) {
        throw new LedgerError('CHECKPOINT_TAKEN', `another head of ${this.origin} was signed at size ${size}`);
      }
      return there;
    }
    return { size, root, note };
  }

  /**
   * Shows a signed head to readers, in the place of exactly the one that was looked at, and forgets the ones before the last.
   * Safe to repeat. Throws PUBLISHED_AHEAD where readers see a larger one already: it never goes back.
   */
  async publish({ size, note }: SignedHead): Promise<void> {
    const requireOlder = (there: Buffer) => {
      const shown = this.open(CHECKPOINT, there).size;
      if (shown > size) throw new LedgerError('PUBLISHED_AHEAD', `${this.origin} is shown at size ${shown} already`);
    };
    await replaceFile(this.store, { of: this.origin, path: CHECKPOINT, bytes: Buffer.from(note), requireOlder });
    for (const old of (await this.sizes()).slice(0, -2)) await this.promises.remove(`${HEADS}/${old}`);
  }

  /** What readers are told of a log that nothing was published of. There is one empty tree, so nobody need remember it. */
  empty(): SignedHead {
    return this.noteOf({ size: 0, root: EMPTY_ROOT });
  }

  private noteOf({ size, root }: TreeHead): SignedHead {
    return { size, root, note: signNote(formatCheckpoint({ origin: this.origin, size, root }), [this.signer]) };
  }

  private get origin(): string {
    return this.signer.key.name;
  }

  private async sizes(): Promise<number[]> {
    const names = await this.promises.list(HEADS);
    return names.map(Number).sort((a, b) => a - b);
  }

  private async signedAt(size: number): Promise<SignedHead | undefined> {
    const path = `${HEADS}/${size}`;
    const bytes = await this.promises.read(path);
    return bytes === undefined ? undefined : this.open(path, bytes);
  }

  private open(path: string, bytes: Buffer): SignedHead {
    try {
      const { size, root } = openCheckpoint(bytes, { log: this.signer.key }, nodeVerify);
      return { size, root, note: bytes.toString('utf8') };
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new LedgerError('CHECKPOINT_FOREIGN', `${path} of ${this.origin} does not verify by its key: ${reason}`);
    }
  }
}
