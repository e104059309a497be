import type { ProvenEntry } from '#exchange/answer.js';
import type { AlertNote } from '#exchange/alert.js';
import { commit } from '#exchange/commitment.js';
import { alertChangedV1 } from '#events/alert-changed.v1.js';
import type { Trust } from '../trust.js';
import { checkPlace, readEntry } from './check-entry.js';
import { fail, pass, type Check } from './check.js';

/**
 * What the log says of a note. `committed`: its entry commits to these very words. `differs`: it does not, and so they are
 * changed, invented or without what would show it; or the entry cannot be used. `uncommitted`: nothing was committed to with
 * this change. `unpublished`: the log has no such entry yet.
 */
export type NoteStanding = 'committed' | 'differs' | 'uncommitted' | 'unpublished';

export interface CheckedNote {
  readonly standing: NoteStanding;
  readonly checks: readonly Check[];
}

/**
 * Holds a note against the entry that it was noted with. Nothing that the ledger says besides is believed: `proven` is
 * checked by the trust file.
 */
export function checkNote(note: AlertNote, proven: ProvenEntry | undefined, trust: Trust): CheckedNote {
  if (proven === undefined) return { standing: 'unpublished', checks: [] };
  const place = checkPlace('change', proven, trust);
  const read = readEntry('change', proven.entry, alertChangedV1, note.entry);
  const isProven = [...place, read.check].every(({ ok }) => ok);
  if (read.entry === undefined || !isProven) return { standing: 'differs', checks: [...place, read.check] };
  const { standing, check } = hold(note, read.entry.commitment);
  return { standing, checks: [...place, read.check, check] };
}

function hold({ note, nonce }: AlertNote, commitment: string | undefined): { standing: NoteStanding; check: Check } {
  if (commitment === undefined && nonce === undefined) {
    const en = 'The entry commits to no note: whoever runs the ledger may have changed this one, or invented it.';
    return {
      standing: 'uncommitted',
      check: fail('note', en, '该记录未承诺任何备注：账本运维方可能修改或编造了此备注。'),
    };
  }
  const isOpened = nonce !== undefined && commit(Buffer.from(nonce, 'base64url'), { note }) === commitment;
  return isOpened
    ? {
        standing: 'committed',
        check: pass(
          'note',
          'The entry commits to this note, without saying it in the log.',
          '该记录承诺了此备注，而日志中并未公开。',
        ),
      }
    : {
        standing: 'differs',
        check: fail('note', 'This is not the note that the entry committed to.', '此备注与记录所承诺的不一致。'),
      };
}
