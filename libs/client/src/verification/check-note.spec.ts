import type { AlertChanged } from '#events/alert-changed.v1.js';
import { canonicalJson, commit } from '#exchange/commitment.js';
import { ID, prove, trustFileOfTests } from '../../test/evidence.js';
import { readTrust } from '../trust.js';
import { checkNote } from './check-note.js';

const trust = readTrust(trustFileOfTests);
const nonce = Buffer.alloc(32, 3);
const words = 'asked Wang Min';
const note = {
  entry: ID,
  at: '2026-11-23T09:00:00.000Z',
  by: 'key:x',
  note: words,
  nonce: nonce.toString('base64url'),
};
const bare = { entry: note.entry, at: note.at, by: note.by, note: words };

function entry(change: Partial<AlertChanged> = {}): string {
  return canonicalJson({
    ...{ type: 'alert.changed.v1', id: ID, source: 'ledger', time: note.at, alert: ID, action: 'explained' },
    ...{ state: 'explained', by: 'key:x', reason: 'drill', evidence: [], commitment: commit(nonce, { note: words }) },
    ...change,
  });
}
const standing = (of: Parameters<typeof checkNote>[0], text = entry()) =>
  checkNote(of, prove(['other', text], 1), trust).standing;

it('knows the note that the entry committed to', () => {
  const { standing: is, checks } = checkNote(note, prove(['other', entry()], 1), trust);
  expect({ is, names: checks.map(({ name, ok }) => [name, ok]) }).toEqual({
    is: 'committed',
    names: [
      ['change-in-log', true],
      ['change-entry', true],
      ['note', true],
    ],
  });
});

it('knows every other for one that was changed or invented', () => {
  expect(standing({ ...note, note: `${words}.` })).toBe('differs');
  expect(standing({ ...note, nonce: 'A'.repeat(43) })).toBe('differs');
  expect(standing(bare)).toBe('differs');
  expect(standing(note, entry({ commitment: undefined }))).toBe('differs');
  expect(standing(note, entry({ id: '018bcfe5-6800-8a1d-ab73-17a77cb3aedb' }))).toBe('differs');
});

it('believes no entry that no trusted log has', () => {
  const proven = prove(['other', entry()], 1);
  const forged = { ...proven, entry: entry({ reason: 'outage' }) };
  expect(checkNote(note, forged, trust)).toMatchObject({
    standing: 'differs',
    checks: [{ name: 'change-in-log', ok: false }, {}],
  });
});

it('says where the log commits to none, and where it has none yet', () => {
  expect(standing(bare, entry({ commitment: undefined }))).toBe('uncommitted');
  expect(checkNote(note, undefined, trust)).toEqual({ standing: 'unpublished', checks: [] });
});
