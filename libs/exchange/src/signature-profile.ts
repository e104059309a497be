import { createHash } from 'node:crypto';
import { parseDictionary, serializeDictionary, type Dictionary, type Item, type Parameters } from 'structured-headers';
import type { ProblemCode } from './problem.js';
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
const algorithmNames = { EdDSA: 'ed25519', ES256: 'ecdsa-p256-sha256' } as const satisfies Record<Algorithm, string>;

/** Enough for 96 random bits, and nothing that would need escaping anywhere. */
const nonce = /^[A-Za-z0-9_-]{16,64}$/;
/** A key is called by its RFC 7638 thumbprint. */
const keyid = /^[A-Za-z0-9_-]{43}$/;
const printable = /^[\x20-\x7e]*$/;

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

export interface ReadSignature {
  readonly ok: true;
  /** In the order in which they were signed. */
  readonly components: readonly Component[];
  /** The value of `@signature-params`. */
  readonly signatureParams: string;
  /** Seconds. */
  readonly created: number;
  readonly nonce: string;
  readonly keyid: string;
  readonly alg: Algorithm | undefined;
  readonly signature: Buffer;
}

export interface SignatureRefusal {
  readonly ok: false;
  readonly code: ProblemCode;
  /** Safe to show: it repeats nothing that the caller sent. */
  readonly detail: string;
}

/** RFC 9530, with SHA-256 alone. */
export function contentDigest(body: Uint8Array): string {
  return `sha-256=:${createHash('sha256').update(body).digest('base64')}:`;
}

/** Whether the header is right about the body: `sha-256` must be there, `sha-512` may be, and each must fit. */
export function checkContentDigest(header: string, body: Uint8Array): SignatureRefusal | undefined {
  const expected = contentDigest(body);
  if (header === expected) return undefined;
  const digests = readCanonical(header);
  if (digests === undefined) return malformed('Content-Digest is not a canonical structured field');
  for (const [name, [value, parameters]] of digests) {
    if ((name !== 'sha-256' && name !== 'sha-512') || !(value instanceof ArrayBuffer) || parameters.size > 0) {
      return malformed('Content-Digest holds more than sha-256 and sha-512');
    }
    const right = createHash(name === 'sha-256' ? 'sha256' : 'sha512')
      .update(body)
      .digest();
    if (!right.equals(Buffer.from(value))) return refuse('DIGEST_MISMATCH', `${name} is not the body's`);
  }
  return digests.has('sha-256') ? undefined : refuse('SIGNATURE_INCOMPLETE', 'Content-Digest lacks sha-256');
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

/** Reads `Signature-Input` and `Signature`. Whether key, time and request fit them is for the verifier to say. */
export function readSignature(signatureInput: string, signature: string): ReadSignature | SignatureRefusal {
  const input = onlyMember(signatureInput);
  const mark = onlyMember(signature);
  if (input === undefined || mark === undefined) return malformed('expected one signature, canonical, named `sluice`');
  const [list, parameters] = input;
  const [bytes, markParameters] = mark;
  if (!Array.isArray(list) || !(bytes instanceof ArrayBuffer) || markParameters.size > 0) {
    return malformed('Signature-Input must list components, and Signature must be bytes');
  }
  const covered = (list as readonly Item[]).map(([name, own]) => (own.size === 0 ? asComponent(name) : undefined));
  if (!covered.every((one) => one !== undefined)) return malformed('a component is not one of the profile');
  if (new Set(covered).size < covered.length) return malformed('a component is covered twice');
  const read = readParameters(parameters);
  if (!read.ok) return read;
  const signatureParams = signatureInput.slice(SIGNATURE_LABEL.length + 1);
  return { ...read, components: covered, signatureParams, signature: Buffer.from(bytes) };
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

type ReadParameters = Pick<ReadSignature, 'ok' | 'created' | 'nonce' | 'keyid' | 'alg'>;

function readParameters(parameters: Parameters): ReadParameters | SignatureRefusal {
  const given = new Map<string, unknown>(parameters);
  const take = (name: string): unknown => {
    const value = given.get(name);
    given.delete(name);
    return value;
  };
  const [created, once, key, tag, alg] = [take('created'), take('nonce'), take('keyid'), take('tag'), take('alg')];
  if (given.size > 0) return malformed('a parameter is not one of the profile');
  if ([created, once, key, tag].includes(undefined)) {
    return refuse('SIGNATURE_INCOMPLETE', 'created, nonce, keyid and tag are required');
  }
  if (!Number.isSafeInteger(created)) return malformed('created must be a whole number of seconds');
  if (typeof once !== 'string' || !nonce.test(once)) return malformed('nonce must be 16 to 64 of A-Z a-z 0-9 - _');
  if (typeof key !== 'string' || !keyid.test(key)) return malformed("keyid must be the key's RFC 7638 thumbprint");
  if (tag !== SIGNATURE_LABEL) return malformed('the tag must be "sluice"');
  const algorithm = alg === undefined ? undefined : asAlgorithm(alg);
  if (alg !== undefined && algorithm === undefined) return refuse('SIGNATURE_INVALID', 'the algorithm is not known');
  return { ok: true, created: created as number, nonce: once, keyid: key, alg: algorithm };
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

function asComponent(name: unknown): Component | undefined {
  return components.find((one) => one === name);
}

function asAlgorithm(name: unknown): Algorithm | undefined {
  if (name === algorithmNames.EdDSA) return 'EdDSA';
  return name === algorithmNames.ES256 ? 'ES256' : undefined;
}

function onlyMember(header: string): ReturnType<Dictionary['get']> {
  const dictionary = readCanonical(header);
  return dictionary?.size === 1 ? dictionary.get(SIGNATURE_LABEL) : undefined;
}

/**
 * A parser keeps the last of two equal keys and forgives white space, so two verifiers could read one header two ways.
 * Written again it must be the same text.
 */
function readCanonical(header: string): Dictionary | undefined {
  if (!printable.test(header)) return undefined;
  try {
    const dictionary = parseDictionary(header);
    return serializeDictionary(dictionary) === header ? dictionary : undefined;
  } catch {
    return undefined;
  }
}

function refuse(code: ProblemCode, detail: string): SignatureRefusal {
  return { ok: false, code, detail };
}

function malformed(detail: string): SignatureRefusal {
  return refuse('SIGNATURE_MALFORMED', detail);
}
