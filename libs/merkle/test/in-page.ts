import { auditTree } from '../src/audit/audit-tree.js';
import type { TreeFinding } from '../src/audit/tree-finding.js';
import { decodeBase64 } from '../src/base64.js';
import { MerkleError, type MerkleErrorCode } from '../src/merkle-error.js';
import { parseVkey } from '../src/note-key.js';
import { tilePath } from '../src/tile.js';
import { verifyTlogProof } from '../src/tlog-proof.js';
import { leafHash } from '../src/tree-hash.js';

/** What a page is given: text and numbers only, as it would come over a network. It believes the keys, and nothing else. */
export interface Given {
  /** Keys in their one-line form. */
  readonly log: string;
  readonly witnesses: readonly string[];
  readonly quorum: number;
  /** A `.tlog-proof`, and the entry that it is said to prove. */
  readonly receipt: string;
  readonly entry: string;
  /** The log's files, in base64, by path. */
  readonly files: Readonly<Record<string, string>>;
}

export type Verdict =
  | { readonly refused: MerkleErrorCode }
  | {
      readonly size: number;
      /** Names. */
      readonly cosigned: readonly string[];
      /** What an audit of the files finds, against the checkpoint of the receipt. */
      readonly findings: readonly TreeFinding[];
      /** How many entries it read. */
      readonly read: number;
    };

/** What a citizen's page does: verifies the receipt, and then all of the log that the receipt is of. */
export async function judge({ log, witnesses, quorum, receipt, entry, files }: Given): Promise<Verdict> {
  try {
    const trust = { log: parseVkey(log), witnesses: witnesses.map(parseVkey), quorum };
    const opened = verifyTlogProof(receipt, leafHash(new TextEncoder().encode(entry)), trust);
    const tiles = new Map(Object.entries(files).map(([path, bytes]) => [path, decodeBase64(bytes)]));
    let read = 0;
    const { findings } = await auditTree(
      opened,
      { readTile: (tile) => Promise.resolve(tiles.get(tilePath(tile))) },
      { onEntry: () => (read += 1) },
    );
    return { size: opened.size, cosigned: opened.cosignatures.map(({ name }) => name), findings, read };
  } catch (error) {
    if (!(error instanceof MerkleError)) throw error;
    return { refused: error.code };
  }
}
