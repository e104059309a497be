import { createHash } from 'node:crypto';

/**
 * The id of a signed request: a UUIDv8 (RFC 9562, 5.8) made of nothing but its signature's parameters. The same request,
 * in whichever process and whenever it arrives again, has the same id, so that a primary key refuses a replay. Its first
 * 48 bits are milliseconds, as in a UUIDv7, so that ids made one after another lie near each other in an index; 74 bits
 * of SHA-256 over key and nonce follow.
 */
export function exchangeId(signature: {
  readonly created: number;
  readonly keyid: string;
  readonly nonce: string;
}): string {
  const bytes = createHash('sha256')
    .update(`sluice exchange${signature.keyid}\0${signature.nonce}`)
    .digest()
    .subarray(0, 16);
  const version = bytes.readUInt16BE(6);
  const variant = bytes.readUInt8(8);
  bytes.writeUIntBE(signature.created * 1000, 0, 6);
  bytes.writeUInt16BE((version & 0x0fff) | 0x8000, 6);
  bytes.writeUInt8((variant & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
