import { createHash } from 'node:crypto';
import { signBytes, type Algorithm, type SigningKey } from './keys.js';

/**
 * How a request is signed: HTTP Message Signatures (RFC 9421) with Content-Digest (RFC 9530), narrowed until a request
 * has one spelling. One signature, labelled and tagged `sluice`, over method, authority, path, query where there is one,
 * and Content-Digest where there is a body; parameters `created`, `nonce`, `keyid`, `tag` and, if it likes, `alg`; each
 * structured field as RFC 9651 serialises it.
 */
export const SIGNATURE_LABEL = 'sluice';
/** How far `created` may lie from the verifier's clock, either way. Seconds. */
export const CLOCK_WINDOW = 60;

export const components = ['@method', '@authority', '@path', '@query', 'content-digest'] as const;
export type Component = (typeof components)[number];

/** RFC 9421, 3.3: the names of the algorithms in the `alg` parameter. */
export const algorithmNames = { EdDSA: 'ed25519', ES256: 'ecdsa-p256-sha256' } as const satisfies Record<
  Algorithm,
  string
>;

/** What of a request is signed. `query` starts with its `?`; it and `contentDigest` are absent where the request has none. */
export interface SignedTarget {
  readonly method: string;
  /** Host and, unless it is the scheme's own, port; in lower case. */
  readonly authority: string;
  /** As it is sent, percent-encoding and all. */
  readonly path: string;
  readonly query?: string | undefined;
  readonly contentDigest?: string | undefined;
}

/** RFC 9530, with SHA-256 alone. */
export function contentDigest(body: Uint8Array): string {
  return `sha-256=:${createHash('sha256').update(body).digest('base64')}:`;
}

/** The components that a signature of this request must cover, and may. */
export function componentsOf(target: SignedTarget): readonly Component[] {
  return components.filter((one) => valueOf(target, one) !== undefined);
}

/** What is signed (RFC 9421, 2.5): a line a component, and last the parameters. Neither may hold a line break. */
export function signatureBase(
  lines: Iterable<readonly [name: string, value: string]>,
  signatureParams: string,
): string {
  return [...lines, ['@signature-params', signatureParams] as const]
    .map(([name, value]) => `"${name}": ${value}`)
    .join('\n');
}

/** The lines of these components. Throws where the target lacks one: compare with `componentsOf` first. */
export function linesOf(target: SignedTarget, covered: readonly Component[]): [name: Component, value: string][] {
  return covered.map((one) => {
    const value = valueOf(target, one);
    if (value === undefined) throw new RangeError(`the request has no ${one}`);
    return [one, value];
  });
}

/** The signature headers of a request. `created` in seconds; `nonce` is never used twice with one key. */
export function signTarget(
  target: SignedTarget,
  key: SigningKey,
  once: { readonly created: number; readonly nonce: string },
): { 'signature-input': string; signature: string } {
  const covered = componentsOf(target);
  const list = covered.map((one) => `"${one}"`).join(' ');
  const params = `(${list});created=${once.created};nonce="${once.nonce}";keyid="${key.kid}";tag="${SIGNATURE_LABEL}"`;
  const signature = signBytes(Buffer.from(signatureBase(linesOf(target, covered), params)), key.key);
  return {
    'signature-input': `${SIGNATURE_LABEL}=${params}`,
    signature: `${SIGNATURE_LABEL}=:${signature.toString('base64')}:`,
  };
}

function valueOf(target: SignedTarget, component: Component): string | undefined {
  switch (component) {
    case '@method':
      return target.method;
    case '@authority':
      return target.authority;
    case '@path':
      return target.path;
    case '@query':
      return target.query;
    case 'content-digest':
      return target.contentDigest;
  }
}
