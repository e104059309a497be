import type { KeyObject } from 'node:crypto';
import { algorithmOf, signBytes, verifyBytes, type SigningKey } from './keys.js';

export type JwsErrorCode =
  'JWS_MALFORMED' | 'JWS_TYPE_WRONG' | 'JWS_KEY_UNKNOWN' | 'JWS_ALGORITHM_WRONG' | 'JWS_SIGNATURE_INVALID';

export class JwsError extends Error {
  override readonly name = 'JwsError';

  constructor(
    readonly code: JwsErrorCode,
    detail: string,
    options?: ErrorOptions,
  ) {
    super(`${code}: ${detail}`, options);
  }
}

/** Refuses what is not UTF-8 and keeps a byte order mark, so that no two byte strings read alike. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** A compact JWS (RFC 7515) whose protected header is exactly `alg`, `kid` and `typ`. */
export function signJws(payload: object, type: string, key: SigningKey): string {
  const header = { alg: algorithmOf(key.key), kid: key.kid, typ: type };
  const input = `${encode(JSON.stringify(header))}.${encode(JSON.stringify(payload))}`;
  return `${input}.${signBytes(Buffer.from(input), key.key).toString('base64url')}`;
}

/**
 * The payload of a compact JWS that one of `keys` (by `kid`) signed as `type`. Stricter than RFC 7515: the header holds
 * `alg`, `kid` and `typ` and nothing else (so no `crit`, `jwk`, `jku`), the algorithm is the key's own, and base64url is
 * canonical, so that a token has one spelling. Throws JwsError; checks the signature before it reads the payload.
 */
export function verifyJws(
  token: string,
  type: string,
  keys: Pick<ReadonlyMap<string, KeyObject>, 'get'>,
): { readonly payload: unknown; readonly kid: string } {
  const parts = token.split('.');
  const [head, body, mark] = parts;
  if (parts.length !== 3 || head === undefined || body === undefined || mark === undefined) {
    throw new JwsError('JWS_MALFORMED', 'not three parts');
  }
  const { alg, kid, typ } = readHeader(head);
  if (typ !== type) throw new JwsError('JWS_TYPE_WRONG', `expected ${type}`);
  const key = keys.get(kid);
  if (key === undefined) throw new JwsError('JWS_KEY_UNKNOWN', 'no such key is trusted here');
  if (alg !== algorithmOf(key)) throw new JwsError('JWS_ALGORITHM_WRONG', 'the key signs with another algorithm');
  if (!verifyBytes(Buffer.from(`${head}.${body}`), key, decode(mark))) {
    throw new JwsError('JWS_SIGNATURE_INVALID', 'the signature does not verify');
  }
  const payload = readJson(body);
  if (!isObject(payload)) throw new JwsError('JWS_MALFORMED', 'the payload is no object');
  return { payload, kid };
}

function readHeader(part: string): { alg: string; kid: string; typ: string } {
  const header = readJson(part);
  if (!isObject(header)) throw new JwsError('JWS_MALFORMED', 'the header is no object');
  const { alg, kid, typ, ...rest } = header;
  if (typeof alg !== 'string' || typeof kid !== 'string' || typeof typ !== 'string' || Object.keys(rest).length > 0) {
    throw new JwsError('JWS_MALFORMED', 'the header is not exactly alg, kid and typ');
  }
  return { alg, kid, typ };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function readJson(part: string): unknown {
  const bytes = decode(part);
  try {
    return JSON.parse(utf8.decode(bytes)) as unknown;
  } catch (cause) {
    throw new JwsError('JWS_MALFORMED', 'a part is not JSON', { cause });
  }
}

function encode(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64url');
}

function decode(part: string): Buffer {
  const bytes = Buffer.from(part, 'base64url');
  if (bytes.toString('base64url') !== part) throw new JwsError('JWS_MALFORMED', 'not canonical base64url');
  return bytes;
}
