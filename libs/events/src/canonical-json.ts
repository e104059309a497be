import canonicalize from 'canonicalize';

/*
 * The engine's own writer, which takes a quarter of the time, differs from RFC 8785 in two things alone: it keeps the order
 * of members, and it writes lone surrogates. Where neither is there to be seen, its text is the canonical one.
 */

/** RFC 8785. Undefined for what it has no form for: a lone surrogate. Quickest where members come in the order of names. */
export function canonicalText(json: unknown): string | undefined {
  try {
    const text = isSorted(json) ? JSON.stringify(json) : undefined;
    return text === undefined || showsSurrogates(text) ? canonicalize(json) : text;
  } catch {
    return undefined;
  }
}

/** Whether `text`, of which `json` was parsed, is RFC 8785. */
export function isCanonical(json: unknown, text: string): boolean {
  if (JSON.stringify(json) === text && !showsSurrogates(text) && isSorted(json)) return true;
  return canonicalText(json) === text;
}

/** Lone ones, that is: pairs are written as they are. */
function showsSurrogates(text: string): boolean {
  return text.includes('\\ud');
}

/** By UTF-16 code units, as `<` compares strings. False for a number that JSON does not have. */
function isSorted(json: unknown): boolean {
  if (typeof json === 'number') return Number.isFinite(json);
  if (typeof json !== 'object' || json === null) return true;
  if (Array.isArray(json)) return json.every(isSorted);
  let last: string | undefined;
  for (const [name, value] of Object.entries(json)) {
    if ((last !== undefined && last >= name) || !isSorted(value)) return false;
    last = name;
  }
  return true;
}
