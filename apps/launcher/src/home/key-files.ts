import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SourceList } from '#events/source-keys.js';
import {
  generateSigningKey,
  loadSigningKey,
  privateJwk,
  publicJwk,
  type Algorithm,
  type PublicJwk,
  type SigningKey,
} from '#exchange/keys.js';
import { readHomeFile, writeHomeFile } from './home-file.js';

export interface KeyFile {
  readonly file: string;
  readonly key: SigningKey;
  readonly public: PublicJwk;
}

/** The key called `name`: made at the first start, the same ever after. Only the file's owner may read it. Throws HOME_DAMAGED. */
export function keyFile(folder: string, name: string, algorithm: Algorithm = 'EdDSA'): KeyFile {
  const file = join(folder, `${name}.jwk.json`);
  const key = readHomeFile(file, loadSigningKey) ?? makeKey(file, algorithm);
  return { file, key, public: publicJwk(key.key) };
}

function makeKey(file: string, algorithm: Algorithm): SigningKey {
  const made = generateSigningKey(algorithm);
  writeHomeFile(file, `${JSON.stringify(privateJwk(made), null, 2)}\n`, 0o600);
  return made;
}

/** Public halves as a JWK set (RFC 7517). Returns the file's path. */
export function publishKeys(folder: string, name: string, keys: readonly KeyFile[]): string {
  const file = join(folder, `${name}.jwks.json`);
  writeFileSync(file, `${JSON.stringify({ keys: keys.map((one) => one.public) }, null, 2)}\n`);
  return file;
}

/** Which source signs its events with which key, as the ledger reads it. Returns the file's path. */
export function publishSources(folder: string, sources: readonly (readonly [source: string, key: KeyFile])[]): string {
  const file = join(folder, 'sources.json');
  const list: SourceList = { sources: sources.map(([source, key]) => ({ source, keys: [key.public] })) };
  writeFileSync(file, `${JSON.stringify(list, null, 2)}\n`);
  return file;
}

/** `housing/eligibility` as part of a file's name. */
export function fileNameOf(qualifiedName: string): string {
  return qualifiedName.replace('/', '--');
}
