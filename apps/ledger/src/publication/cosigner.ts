import type { TileReader } from '#merkle/tile-reader.js';
import type { SignedHead } from './signed-heads.js';

/** Who has to agree to a signed head before readers see it. */
export interface Cosigner {
  /**
   * The head's note with the cosignatures that were asked for, and with those that came besides. Safe to repeat: what has
   * been given once is not asked for again. Rejects with QUORUM_MISSING where too few came in time; with WITNESS_AHEAD or
   * WITNESS_DISAGREES where it is proven that nothing may be published, with TILE_DIFFERS or TILE_MISSING for damaged tiles.
   */
  cosign(head: SignedHead, tiles: TileReader): Promise<string>;
  /** Whether the head's note is without the cosignature of somebody. */
  lacks(head: SignedHead): boolean;
}
