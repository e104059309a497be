import { formatCheckpoint } from '#merkle/checkpoint.js';
import { nodeVerify } from '#merkle/node-cryptography.js';
import { openCheckpoint } from '#merkle/open-checkpoint.js';
import { signNote } from '#merkle/sign-note.js';
import type { NoteSigner } from '#merkle/sign-note.js';
import type { TreeHead } from '#merkle/tree-head.js';
import { LedgerError } from '../ledger-error.js';
import type { TileStore } from './tile-store.js';

export interface SignedHead extends TreeHead {
  /** The signed note. */
  readonly note: string;
}

const CHECKPOINT = 'checkpoint';
/** One file a signed head, named by its size: the file system allows one of each name. */
const HEADS = '.heads';

/**
 * What the log has promised, kept apart from the database: it notices when the database goes back. A head is signed by
 * creating the file of its size, so two processes can never sign two heads of one size, whatever they believe.
 */
export class SignedHeads {
  constructor(
    private readonly store: TileStore,
    private readonly signer: NoteSigner,
  ) {}

  /** The largest head that was signed, published or not. Throws CHECKPOINT_FOREIGN where one is not this log's. */
  async newest(): Promise<SignedHead | undefined> {
    const size = (await this.sizes()).at(-1);
    const signed = size === undefined ? undefined : await this.read(`${HEADS}/${size}`);
    const published = await this.published();
    if (signed === undefined || published === undefined) return signed ?? published;
    return published.size > signed.size ? published : signed;
  }

  /** What readers see. */
  published(): Promise<SignedHead | undefined> {
    return this.read(CHECKPOINT);
  }

  /**
   * Signs a head; safe to repeat. Throws PUBLISHED_AHEAD where a larger one was signed, CHECKPOINT_TAKEN where another of
   * the same size was: then nothing may be published.
   */
  async sign({ size, root }: TreeHead): Promise<SignedHead> {
    const largest = (await this.sizes()).at(-1) ?? 0;
    if (largest > size)
      throw new LedgerError('PUBLISHED_AHEAD', `${this.origin} was signed at size ${largest} already`);
    const note = signNote(formatCheckpoint({ origin: this.origin, size, root }), [this.signer]);
    if (!(await this.store.create(`${HEADS}/${size}`, Buffer.from(note)))) {
      const there = await this.read(`${HEADS}/${size}`);
      if (there === undefined || Buffer.compare(there.root, root) !== 0) {
        throw new LedgerError('CHECKPOINT_TAKEN', `another head of ${this.origin} was signed at size ${size}`);
      }
      return there;
    }
    return { size, root, note };
  }

  /** Shows a signed head to readers, and forgets the ones before the last. */
  async publish(head: SignedHead): Promise<void> {
    await this.store.replace(CHECKPOINT, Buffer.from(head.note));
    for (const size of (await this.sizes()).slice(0, -2)) await this.store.remove(`${HEADS}/${size}`);
  }

  private get origin(): string {
    return this.signer.key.name;
  }

  private async sizes(): Promise<number[]> {
    const names = await this.store.list(HEADS);
    return names.map(Number).sort((a, b) => a - b);
  }

  private async read(path: string): Promise<SignedHead | undefined> {
    const bytes = await this.store.read(path);
    if (bytes === undefined) return undefined;
    try {
      const { size, root } = openCheckpoint(bytes, { log: this.signer.key }, nodeVerify);
      return { size, root, note: bytes.toString('utf8') };
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new LedgerError('CHECKPOINT_FOREIGN', `${path} of ${this.origin} does not verify by its key: ${reason}`);
    }
  }
}
