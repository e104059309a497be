import { createPrivateKey, type KeyObject } from 'node:crypto';
import { encodeBase64 } from '#merkle/base64.js';
import { CompactRange } from '#merkle/compact-range.js';
import { consistencyRanges } from '#merkle/leaf-range.js';
import { formatVkey } from '#merkle/note-key.js';
import { portableNoteSigner, signNote } from '#merkle/sign-note.js';
import { leafHash } from '#merkle/tree-hash.js';
import { formatWitnessRequest } from '#merkle/witness-request.js';

/**
 * A log of entries that say nothing but their number; two of different `kind` differ from the first entry on. From the entry
 * `forkedAt` on it is another log than one that never forks. As with other people's logs, the origin may be no key name; then
 * its key has one of its own.
 */
export class ALog {
  readonly signer;
  readonly vkey: string;
  private readonly forkedAt: number;

  constructor(
    readonly origin: string,
    readonly kind = 'a',
    seed = 7,
    { forkedAt = Infinity, keyName = origin }: { readonly forkedAt?: number; readonly keyName?: string } = {},
  ) {
    this.forkedAt = forkedAt;
    this.signer = portableNoteSigner(keyName, new Uint8Array(32).fill(seed));
    this.vkey = formatVkey(this.signer.key);
  }

  note(size: number): string {
    return signNote(`${this.origin}\n${size}\n${this.rootText(size)}\n`, [this.signer]);
  }

  /** The body of a request that shows the tree of this size to a witness that has seen `old` of it. */
  request(old: number, size: number): string {
    const proof = old <= size ? consistencyRanges(old, size).map(({ from, to }) => this.root(from, to)) : [];
    return formatWitnessRequest({ old, proof, note: this.note(size) });
  }

  rootText(size: number): string {
    return encodeBase64(this.root(0, size));
  }

  private root(from: number, to: number): Uint8Array {
    const range = CompactRange.empty();
    for (let at = from; at < to; at += 1) range.append(leafHash(Buffer.from(this.textOf(at))));
    return range.root();
  }

  private textOf(at: number): string {
    return `${this.kind}${at < this.forkedAt ? '' : "'"} ${at}`;
  }
}

/** An Ed25519 key whose 32 bytes are all the same. */
export function keyOf(byte: number): KeyObject {
  const seed = Buffer.alloc(32, byte);
  const prefix = Buffer.from('302e020100300506032b657004220420', 'hex');
  return createPrivateKey({ key: Buffer.concat([prefix, seed]), format: 'der', type: 'pkcs8' });
}
