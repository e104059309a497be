import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  generateSigningKey,
  loadSigningKey,
  privateJwk,
  publicJwk,
  type Algorithm,
  type PublicJwk,
  type SigningKey,
} from '#exchange/keys.js';

export interface KeyFile {
  readonly file: string;
  readonly key: SigningKey;
  readonly public: PublicJwk;
}

/** The key called `name`: made at the first start, the same ever after. Only the file's owner may read it. */
export function keyFile(folder: string, name: string, algorithm: Algorithm = 'EdDSA'): KeyFile {
  const file = join(folder, `${name}.jwk.json`);
  if (!existsSync(file)) {
    const made = privateJwk(generateSigningKey(algorithm));
    writeFileSync(file, `${JSON.stringify(made, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
  }
  const key = loadSigningKey(readFileSync(file, 'utf8'));
  return { file, key, public: publicJwk(key.key) };
}

/** Public halves as a JWK set (RFC 7517). Returns the file's path. */
export function publishKeys(folder: string, name: string, keys: readonly KeyFile[]): string {
  const file = join(folder, `${name}.jwks.json`);
  writeFileSync(file, `${JSON.stringify({ keys: keys.map((one) => one.public) }, null, 2)}\n`);
  return file;
}

/** `housing/eligibility` as part of a file's name. */
export function fileNameOf(qualifiedName: string): string {
  return qualifiedName.replace('/', '--');
}
