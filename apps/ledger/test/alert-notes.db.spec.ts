import { createHash, createHmac, randomBytes } from 'node:crypto';
import { jest } from '@jest/globals';
import { ClientError } from '#client/client-error.js';
import { canonicalJson, commit } from '#exchange/commitment.js';
import { rowsOf } from '../../../test/support/postgres.js';
import { OPERATOR_KEY, PARTY_KEYS } from './a-service.js';
import { alertedLedger, ordererOf, publishedEvent } from './alerted-ledger.js';

jest.setTimeout(120_000);

const operator = ordererOf(OPERATOR_KEY);
/** What a note may be, as somebody guesses who knows how operators write. */
const people = Array.from({ length: 2000 }, (_, at) => `99010619920817${String(at).padStart(4, '0')}`);
const noteOf = (person: string) => `asked about ${person}`;
const PERSON = people[1234]!;

let stage: Awaited<ReturnType<typeof alertedLedger>>;
let [noted, silent] = ['', ''];

beforeAll(async () => {
  stage = await alertedLedger(2);
  [noted, silent] = stage.ids as [string, string];
});
afterAll(() => stage.ledger[Symbol.asyncDispose]());

const url = () => stage.ledger.config.database.url;
const refusal = async (asked: Promise<unknown>) =>
  asked.then(
    () => 'none',
    (error: unknown) => (error instanceof ClientError ? error.problem?.code : String(error)),
  );
/** Every row of every table, with all bytes as hexadecimal and as base64url: what a copy of the database shows. */
async function kept(): Promise<string> {
  const tables = await rowsOf<{ name: string }>(
    url(),
    "SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')",
  );
  const parts = [];
  for (const { name } of tables) {
    for (const row of await rowsOf<Record<string, unknown>>(url(), `SELECT * FROM ${name}`)) {
      parts.push(JSON.stringify(row, (_, value: unknown) => spelled(value)));
    }
  }
  return parts.join('\n');
}
/** JSON.stringify has made `{type: 'Buffer', data}` of bytes by then. */
function spelled(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('type' in value) || value.type !== 'Buffer') return value;
  const bytes = Buffer.from((value as unknown as { data: number[] }).data);
  return [bytes.toString('hex'), bytes.toString('base64url'), bytes.toString('latin1')];
}

async function explain(alert: string, note?: string) {
  const { history } = await stage.client.say(
    { alert, state: 'explained', reason: 'drill', ...(note === undefined ? {} : { note }) },
    operator,
  );
  return history.at(-1)!;
}

it('commits in the log to what is noted, and only readers of notes can open it', async () => {
  const change = await explain(noted, noteOf(PERSON));
  const { content } = await publishedEvent(stage.ledger.url, 'alert.changed.v1', change.entry);
  expect(Object.keys(content).at(-1)).toBe('writer');
  expect(change.commitment).toBe(content.commitment);
  const [note] = (await stage.client.notes(noted, operator)).items;
  expect(note).toMatchObject({ entry: change.entry, note: noteOf(PERSON) });
  expect(commit(Buffer.from(note!.nonce!, 'base64url'), { note: note!.note })).toBe(content.commitment);
  expect(Buffer.from(note!.nonce!, 'base64url')).toHaveLength(32);
  expect(JSON.stringify(await stage.client.alert(noted))).not.toContain(note!.nonce);
  const bare = await explain(silent);
  expect(bare).not.toHaveProperty('commitment');
  const published = await publishedEvent(stage.ledger.url, 'alert.changed.v1', bare.entry);
  expect(published.content).not.toHaveProperty('commitment');
});

it('is forgotten by an operator’s order: no byte of note or nonce stays, no guess opens the commitment, and the log says so', async () => {
  const { entry, commitment } = (await stage.client.alert(noted)).history.at(-1)!;
  const [note] = (await stage.client.notes(noted, operator)).items;
  const nonce = Buffer.from(note!.nonce!, 'base64url');
  const secrets = [
    noteOf(PERSON),
    PERSON,
    nonce.toString('hex'),
    nonce.toString('base64url'),
    nonce.toString('latin1'),
  ];
  const before = await kept();
  expect(secrets.slice(0, 4).filter((one) => !before.includes(one))).toEqual([]);

  const erasure = { alert: noted, entry, ground: 'consent-withdrawn' } as const;
  expect(await refusal(stage.client.eraseNote(erasure, ordererOf(PARTY_KEYS.population)))).toBe('OPERATOR_REQUIRED');
  expect(await refusal(stage.client.eraseNote({ ...erasure, alert: silent }, operator))).toBe('NOT_FOUND');
  const erased = (await stage.client.eraseNote(erasure, operator)).history.at(-1)!;
  const by = `key:${OPERATOR_KEY.kid}`;
  expect(erased).toMatchObject({ commitment, erased: { by, ground: 'consent-withdrawn' } });
  expect((await stage.client.notes(noted, operator)).items).toEqual([]);

  const after = await kept();
  expect(secrets.filter((one) => after.includes(one))).toEqual([]);
  const { content } = await publishedEvent(stage.ledger.url, 'note.erased.v1', entry);
  expect(content).toMatchObject({ alert: noted, by, ground: 'consent-withdrawn', source: 'ledger' });
  // Everything that stays, as a key; and, to see that the search would find it, what does not.
  const known = [commitment!, entry, noted, by, content.time, ''].map((one) => Buffer.from(String(one)));
  expect(guessed(after, [...known, nonce])).toEqual([PERSON]);
  expect(guessed(after, known)).toEqual([]);
});

/** The persons of whom something is there that is computed from the note about them, with one of these keys or none. */
function guessed(text: string, keys: readonly Uint8Array[]): readonly string[] {
  const opens = (person: string) => {
    const detail = canonicalJson({ note: noteOf(person) });
    return [
      ...keys.map((key) => createHmac('sha256', key).update(detail).digest('base64url')),
      createHash('sha256').update(detail).digest('base64url'),
      createHash('sha256').update(noteOf(person)).digest('base64url'),
    ].some((guess) => text.includes(guess));
  };
  return people.filter(opens);
}

it('says once that it is gone, however often it is ordered, and of a change without a note that there is none', async () => {
  const { entry } = (await stage.client.alert(noted)).history.at(-1)!;
  const again = { alert: noted, entry, ground: 'unlawful' } as const;
  expect((await stage.client.eraseNote(again, operator)).history.at(-1)).toMatchObject({
    erased: { ground: 'consent-withdrawn' },
  });
  const bare = (await stage.client.alert(silent)).history.at(-1)!;
  expect(await refusal(stage.client.eraseNote({ ...again, alert: silent, entry: bare.entry }, operator))).toBe(
    'NOT_FOUND',
  );
  const [{ count } = { count: 0 }] = await rowsOf<{ count: number }>(
    url(),
    'SELECT count(*)::integer AS count FROM alert_change WHERE erased_at IS NOT NULL AND note IS NULL AND nonce IS NULL',
  );
  expect(count).toBe(1);
});

it('shows a note of before there were commitments without anything that would open one, and forgets it all the same', async () => {
  const { entry } = (await stage.client.alert(silent)).history.at(-1)!;
  await rowsOf(url(), 'UPDATE alert_change SET note = $2 WHERE entry = $1', [entry, 'an old one']);
  const [old] = (await stage.client.notes(silent, operator)).items;
  expect(old).toMatchObject({ entry, note: 'an old one' });
  expect(old).not.toHaveProperty('nonce');
  await stage.client.eraseNote({ alert: silent, entry, ground: 'retention-ended' }, operator);
  expect(await kept()).not.toContain('an old one');
});

it('keeps nothing of a note by half: the table takes no nonce without a note, and none after an erasure', async () => {
  const { entry } = (await stage.client.alert(noted)).history.at(-1)!;
  for (const column of ['note', 'nonce']) {
    const value = column === 'note' ? 'again' : randomBytes(32);
    const put = rowsOf(url(), `UPDATE alert_change SET ${column} = $2 WHERE entry = $1`, [entry, value]);
    await expect(put).rejects.toThrow('check constraint');
  }
});
