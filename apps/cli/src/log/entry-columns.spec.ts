import { entryContracts } from '#events/contracts.js';
import { ID, ORIGIN } from '../../../../libs/client/test/evidence.js';
import type { Language } from '../language.js';
import { Terminal } from '../terminal.js';
import { entryColumns } from './entry-columns.js';

const nowhere = { write: () => true };

function whatIs(type: string, language: Language): string | undefined {
  const terminal = new Terminal({ language, json: false, out: nowhere, err: nowhere });
  const entry = { type, id: ID, source: 'ledger/0', time: '2026-11-23T08:00:00.000Z' };
  return entryColumns({ shard: 0, origin: ORIGIN, index: 0, entry }, terminal)[2];
}

it.each([...entryContracts.keys()])('says in words what %s is', (type) => {
  expect(whatIs(type, 'en')).toMatch(/^[a-z ]+$/);
  expect(whatIs(type, 'zh')).toMatch(/^\p{Script=Han}+$/u);
});

it('gives an entry of another type, or of a version to come, by its type', () => {
  expect(whatIs('access.decided.v9', 'en')).toBe('access.decided.v9');
});
