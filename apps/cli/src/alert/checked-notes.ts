import { ClientError } from '#client/client-error.js';
import { LedgerClient } from '#client/ledger-client.js';
import { checkNote, type CheckedNote } from '#client/verification/check-note.js';
import { alertChangedV1 } from '#events/alert-changed.v1.js';
import type { AlertNote } from '#exchange/alert.js';
import type { Title } from '#exchange/names.js';
import type { Context } from '../context.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import { readTrustFile } from '../named-file.js';

/** A note, and what the log says of it: `unchecked` where there is no trust file. */
export type NoteWithChecks = AlertNote &
  (CheckedNote | { readonly standing: 'unchecked'; readonly checks: readonly [] });

export const standingTexts: Readonly<Record<NoteWithChecks['standing'], Title>> = {
  committed: { en: 'the log commits to it', zh: '日志对其有承诺' },
  differs: { en: 'NOT what the log commits to', zh: '与日志的承诺不一致' },
  uncommitted: {
    en: 'the log commits to no note here: it proves nothing of this one',
    zh: '日志对此未作承诺，无从证明',
  },
  unpublished: { en: 'its entry is not in the log yet', zh: '对应记录尚未进入日志' },
  unchecked: { en: 'not checked: there is no trust file', zh: '未核验：没有信任文件' },
};

/** Holds each note against the entry of the log that it was noted with. */
export async function checkNotes(
  context: Context,
  notes: readonly AlertNote[],
  { ledger, trust: file }: { readonly ledger: string; readonly trust?: string | undefined },
): Promise<readonly NoteWithChecks[]> {
  const trust = readTrustFile(context, file);
  if (trust === undefined) return notes.map((note) => ({ ...note, standing: 'unchecked', checks: [] }));
  const log = new LedgerClient({ ledger, fetch: context.fetch });
  return Promise.all(
    notes.map(async (note) => ({ ...note, ...checkNote(note, await changeOf(log, note.entry), trust) })),
  );
}

/** Undefined where the log does not have it yet. */
async function changeOf(log: LedgerClient, id: string) {
  try {
    return (await log.event(id)).find(({ type }) => type === alertChangedV1.type);
  } catch (error) {
    if (error instanceof ClientError && error.problem?.code === 'NOT_FOUND') return undefined;
    throw error;
  }
}

export function exitOf(notes: readonly NoteWithChecks[]): ExitCode {
  if (notes.some(({ standing }) => standing === 'differs')) return EXIT.refused;
  const isProven = notes.every(({ standing }) => standing === 'committed' || standing === 'unchecked');
  return isProven ? EXIT.ok : EXIT.notProvenYet;
}
