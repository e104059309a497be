import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { accessFailedV1 } from '#events/access-failed.v1.js';
import { encode } from '#events/encode.js';
import { formatCheckpoint } from '#merkle/checkpoint.js';
import { formatVkey } from '#merkle/note-key.js';
import { portableNoteSigner, signNote } from '#merkle/sign-note.js';
import { logFiles } from '../../merkle/test/log-files.js';

export const LOG_ORIGIN = 'ledger.test/log/0';
export const logSigner = portableNoteSigner(LOG_ORIGIN, new Uint8Array(32).fill(5));
export const LOG_VKEY = formatVkey(logSigner.key);

/** A UUID of its own for each number. */
export function idOf(number: number): string {
  return `00000000-0000-8000-8000-${number.toString(16).padStart(12, '0')}`;
}

export function entryOf(number: number): Uint8Array {
  const entry = {
    ...{ type: 'access.failed.v1' as const, id: idOf(number), source: 'gateway', time: '2026-11-23T08:00:00.000Z' },
    ...{ consumer: 'housing', resource: 'population/residents', reason: 'ADAPTER_TIMEOUT' },
  };
  return encode(accessFailedV1, entry, { key: entry.id }).data;
}

export function entriesOf(count: number): Uint8Array[] {
  return Array.from({ length: count }, (_, number) => entryOf(number));
}

/** The signed checkpoint of a log of these entries. */
export function checkpointOf(entries: readonly Uint8Array[], signer = logSigner): string {
  const { head } = logFiles(entries);
  return signNote(formatCheckpoint({ origin: signer.key.name, ...head }), [signer]);
}

/** Every file of the log of these entries, as text or bytes by path. */
export function signedLogFiles(entries: readonly Uint8Array[]): Map<string, Uint8Array> {
  return new Map([...logFiles(entries).files, ['checkpoint', Buffer.from(checkpointOf(entries))]]);
}

export function writeLog(folder: string, files: ReadonlyMap<string, Uint8Array>): void {
  for (const [path, bytes] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
}
