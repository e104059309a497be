import canonicalize from 'canonicalize';

/** RFC 8785. Undefined for what it has no form for: a lone surrogate. */
export function canonicalText(json: unknown): string | undefined {
  try {
    return canonicalize(json);
  } catch {
    return undefined;
  }
}

/**
 * Whether `text`, of which `json` was parsed, is RFC 8785. The engine's own writer differs from it in two things alone:
 * it keeps the order of members and it writes lone surrogates. So where it gives the same text, in half the time, only
 * these two are left to look at; where it does not, the slow way decides.
 */
export function isCanonical(json: unknown, text: string): boolean {
  if (JSON.stringify(json) === text && !text.includes('\\ud') && isSorted(json)) return true;
  return canonicalText(json) === text;
}

/** By UTF-16 code units, as `<` compares strings. */
function isSorted(json: unknown): boolean {
  if (typeof json !== 'object' || json === null) return true;
  if (Array.isArray(json)) return json.every(isSorted);
  let last: string | undefined;
  for (const [name, value] of Object.entries(json)) {
    if ((last !== undefined && last >= name) || !isSorted(value)) return false;
    last = name;
  }
  return true;
}
