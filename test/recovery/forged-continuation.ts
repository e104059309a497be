import { request } from 'undici';
import { formatCheckpoint } from '#merkle/checkpoint.js';
import { CompactRange } from '#merkle/compact-range.js';
import { consistencyRanges } from '#merkle/leaf-range.js';
import type { NoteKey } from '#merkle/note-key.js';
import { openCheckpoint } from '#merkle/open-checkpoint.js';
import { signNote, type NoteSigner } from '#merkle/sign-note.js';
import { leafHash } from '#merkle/tree-hash.js';
import { formatWitnessRequest } from '#merkle/witness-request.js';

/** A log as it was up to a size, and from there on another one: what whoever has the log's key can show to a witness. */
export class ForgedContinuation {
  readonly size: number;
  private readonly leaves: readonly Uint8Array[];

  /** `published`: the leaf hashes of the true log, which are `kept` up to a size. The forgery is one longer than the true log. */
  constructor(
    private readonly signer: NoteSigner,
    published: readonly Uint8Array[],
    kept: number,
  ) {
    this.size = published.length + 1;
    const forged = Array.from({ length: this.size - kept }, (_, at) => leafHash(Buffer.from(`forged ${at}`)));
    this.leaves = [...published.slice(0, kept), ...forged];
  }

  /**
   * Shows it to the witness at this prefix as the continuation of `old`, and where the witness is elsewhere, of that. Gives
   * whose cosignatures came of it, by the keys that are known.
   */
  async showTo(url: string, old: number, known: readonly NoteKey[]): Promise<readonly string[]> {
    const answer = await this.ask(url, old);
    if (answer.status === 409 && Number(answer.text) <= this.size)
      return this.cosigners(await this.ask(url, Number(answer.text)), known);
    return this.cosigners(answer, known);
  }

  private async ask(url: string, old: number): Promise<{ readonly status: number; readonly text: string }> {
    const proof = consistencyRanges(old, this.size).map(({ from, to }) => this.root(from, to));
    const answer = await request(`${url}/add-checkpoint`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain; charset=utf-8' },
      body: formatWitnessRequest({ old, proof, note: this.note }),
    });
    return { status: answer.statusCode, text: await answer.body.text() };
  }

  private cosigners({ status, text }: { readonly status: number; readonly text: string }, known: readonly NoteKey[]) {
    if (status !== 200) return [];
    const { cosignatures } = openCheckpoint(this.note + text, { log: this.signer.key, witnesses: known });
    return cosignatures.map(({ name }) => name);
  }

  private get note(): string {
    const { name: origin } = this.signer.key;
    return signNote(formatCheckpoint({ origin, size: this.size, root: this.root(0, this.size) }), [this.signer]);
  }

  private root(from: number, to: number): Uint8Array {
    const range = CompactRange.empty();
    range.appendAll(this.leaves.slice(from, to));
    return range.root();
  }
}
