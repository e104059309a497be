/** As many entries of a bundle as can be read. */
export interface ReadBundle {
  /** Views into the bundle's bytes. */
  readonly entries: readonly Uint8Array[];
  /** The byte behind the last of them: the bundle's length, unless it is cut short or has more than were asked for. */
  readonly end: number;
}

/** Reads up to `count` entries, and stops where one is cut short instead of throwing, as `decodeBundle` does. */
export function readBundle(bundle: Uint8Array, count: number): ReadBundle {
  const entries: Uint8Array[] = [];
  let end = 0;
  while (entries.length < count && end + 2 <= bundle.length) {
    const next = end + 2 + (bundle[end] ?? 0) * 256 + (bundle[end + 1] ?? 0);
    if (next > bundle.length) break;
    entries.push(bundle.subarray(end + 2, next));
    end = next;
  }
  return { entries, end };
}
