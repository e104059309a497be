import { ALERT_HEADER, ALERT_TYPE, alertStatement } from '#exchange/alert.js';
import type { AlertChanged } from '#events/alert-changed.v1.js';
import { canonicalJson, commit } from '#exchange/commitment.js';
import { generateSigningKey, privateJwk } from '#exchange/keys.js';
import { orderAudience, verifyOrder } from '#exchange/operator-order.js';
import { prove } from '../../../../libs/client/test/evidence.js';
import { problem, type Received, type Reply } from '../../../../libs/client/test/http-peer.js';
import { NOW, workplaceWith } from '../../test/command.js';

const ID = '01a206f5-0e2b-7c31-b0d6-0a41c1f1a7c2';
const summary = {
  ...{ id: ID, kind: 'hole', owner: 'population', state: 'open', members: [], cameAfterAll: 0 },
  ...{ foundAt: '2026-11-23T08:00:00.000Z', changedAt: '2026-11-23T08:00:00.000Z' },
  sequence: { source: 'adapter/population', chain: '0198f3b2-7c5e-4d11-9a30-2f1c6d7e8f90', from: 7, to: 9 },
} as const;
const evidence = [{ shard: 0, index: 4, leaf: 'x'.repeat(43), proof: '/v1/entries/0/4' }];
const details = {
  ...{ ...summary, evidence },
  history: [{ at: summary.foundAt, action: 'found', state: 'open', evidence, entry: ID }],
};

it('says none where there is none, and that this is good', async () => {
  await using at = await workplaceWith(() => ({ body: { items: [] } }));
  expect(await at.place.run(['alert', 'list'])).toMatchObject({ exitCode: 0, out: 'none\n' });
  expect(await at.place.run(['alert', 'list', '--lang', 'zh'])).toMatchObject({ exitCode: 0, out: '无\n' });
});

it('lists what it is asked for, with the numbers that are missing', async () => {
  await using at = await workplaceWith(() => ({ body: { items: [summary], next: ID } }));
  const args = ['alert', 'list', '--state', 'open', '--kind', 'hole', '--owner', 'population', '--limit', '1'];
  const { out, exitCode } = await at.place.run(args);
  expect(exitCode).toBe(0);
  expect(at.peer.received[0]?.target).toBe('/v1/alerts?state=open&kind=hole&owner=population&limit=1');
  expect(out).toContain('records of a sequence are missing');
  expect(out).toContain('7-9');
  expect(out).toContain(`--cursor ${ID}`);
  const { out: json } = await at.place.run([...args, '--json']);
  expect(JSON.parse(json)).toEqual({ items: [summary], next: ID });
});

const nonce = Buffer.alloc(32, 3);
const note = { entry: ID, at: summary.foundAt, by: 'key:x', note: 'asked the department' };
const opened = { ...note, nonce: nonce.toString('base64url') };
/** A ledger that shows this note, and that has this entry for it. */
function ledgerWith(shown: object, entry: Partial<AlertChanged> | undefined) {
  const text = canonicalJson({
    ...{ type: 'alert.changed.v1', id: ID, source: 'ledger', time: note.at, alert: ID, action: 'explained' },
    ...{ state: 'explained', by: 'key:x', reason: 'drill', evidence: [], ...entry },
  });
  return ({ target }: Received): Reply => {
    if (target.endsWith('/notes')) return { body: { items: [shown] } };
    if (!target.startsWith('/v1/events/')) return { body: details };
    return entry === undefined
      ? problem(404, 'NOT_FOUND')
      : { body: { entries: [{ ...prove(['other', text], 1), type: 'alert.changed.v1' }] } };
  };
}

it('shows one with its evidence, and notes only to operators, held against the log', async () => {
  const commitment = commit(nonce, { note: note.note });
  await using at = await workplaceWith(ledgerWith(opened, { commitment }));
  const { out } = await at.place.run(['alert', 'show', ID]);
  expect(out).toContain('/v1/entries/0/4');
  expect(out).not.toContain(note.note);
  const shown = await at.place.run(['alert', 'show', ID, '--notes']);
  expect(shown).toMatchObject({ exitCode: 0, out: expect.stringContaining(note.note) as unknown });
  expect(shown.out).toContain('the log commits to it');
  const { out: json } = await at.place.run(['alert', 'show', ID, '--notes', '--json']);
  expect(JSON.parse(json)).toMatchObject({ notes: [{ ...opened, standing: 'committed' }] });
  at.place.remove('home/trust.json');
  const unchecked = await at.place.run(['alert', 'show', ID, '--notes', '--origin', 'sluice.example/log']);
  expect(unchecked).toMatchObject({ exitCode: 0, out: expect.stringContaining('not checked') as unknown });
});

it.each<[string, object, Partial<AlertChanged> | undefined, number, string]>([
  [
    'was changed',
    { ...opened, note: 'asked nobody' },
    { commitment: commit(nonce, { note: note.note }) },
    1,
    '与日志的承诺不一致',
  ],
  ['was invented', opened, {}, 1, '与日志的承诺不一致'],
  ['is older than commitments', note, {}, 4, '未作承诺'],
  ['is not published', opened, undefined, 4, '尚未进入日志'],
])('says that a note %s', async (_, shown, entry, exitCode, words) => {
  await using at = await workplaceWith(ledgerWith(shown, entry));
  const ran = await at.place.run(['alert', 'show', ID, '--notes', '--lang', 'zh']);
  expect(ran).toMatchObject({ exitCode, out: expect.stringContaining(words) as unknown });
});

it('orders a note to be erased, and tells who had it so and why', async () => {
  const erased = { at: summary.foundAt, by: 'key:x', ground: 'consent-withdrawn' } as const;
  const [change] = details.history;
  await using at = await workplaceWith(() => ({ body: { ...details, history: [{ ...change, erased }] } }));
  const args = ['alert', 'erase-note', ID, ID.toUpperCase(), '--ground', 'consent-withdrawn'];
  const { exitCode, out } = await at.place.run(args);
  expect(exitCode).toBe(0);
  expect(out).toContain('note erased');
  expect(out).toContain('consent-withdrawn');
  const { target, body } = at.peer.received[0]!;
  expect(target).toBe(`/v1/alerts/${ID}/erase-note`);
  expect(JSON.parse(body)).toEqual({ alert: ID, entry: ID, ground: 'consent-withdrawn' });
});

it('explains by the key of the party that owns it, and resolves by none but an operator’s', async () => {
  const party = generateSigningKey();
  await using at = await workplaceWith(() => ({ body: details }));
  at.place.write('population.jwk.json', privateJwk(party));
  const args = [ID, '--reason', 'outage', '--key', 'population.jwk.json'];
  expect((await at.place.run(['alert', 'explain', ...args])).exitCode).toBe(0);
  const { headers, body } = at.peer.received[0]!;
  const trust = { keys: new Map([[party.kid, party.key]]), audience: 'ledger@sluice.example/log', type: ALERT_TYPE };
  expect(verifyOrder(String(headers[ALERT_HEADER]), Buffer.from(body), trust, NOW).kid).toBe(party.kid);
  expect((await at.place.run(['alert', 'resolve', ...args])).exitCode).toBe(2);
});

it.each(['explain', 'resolve'] as const)(
  '%s: orders it by the operator’s key, for this alert and these words',
  async (what) => {
    await using at = await workplaceWith(() => ({ body: details }));
    const args = ['alert', what, ID, '--reason', 'outage', '--note', 'the broker was down'];
    expect((await at.place.run(args)).exitCode).toBe(0);
    const { target, headers, body } = at.peer.received[0]!;
    expect(target).toBe(`/v1/alerts/${ID}/${what}`);
    const { key, kid } = at.place.operatorKey;
    const trust = {
      keys: new Map([[kid, key]]),
      audience: orderAudience('ledger', 'sluice.example/log'),
      type: ALERT_TYPE,
    };
    expect(verifyOrder(String(headers[ALERT_HEADER]), Buffer.from(body), trust, NOW).kid).toBe(kid);
    expect(alertStatement.parse(JSON.parse(body))).toEqual({
      ...{
        alert: ID,
        state: what === 'explain' ? 'explained' : 'resolved',
        reason: 'outage',
        note: 'the broker was down',
        salt: expect.stringMatching(/^[A-Za-z0-9_-]{43}$/) as unknown,
      },
    });
  },
);

it('orders in the installation that is named, and in none that it does not know', async () => {
  await using at = await workplaceWith(() => ({ body: details }));
  at.place.remove('home/trust.json');
  const args = ['alert', 'explain', ID, '--reason', 'outage'];
  expect((await at.place.run(args)).exitCode).toBe(2);
  expect(at.peer.received).toEqual([]);
  expect((await at.place.run([...args, '--origin', 'other.example/log'])).exitCode).toBe(0);
  const { key, kid } = at.place.operatorKey;
  const [sent] = at.peer.received;
  const trust = { keys: new Map([[kid, key]]), audience: 'ledger@other.example/log', type: ALERT_TYPE };
  expect(verifyOrder(String(sent!.headers[ALERT_HEADER]), Buffer.from(sent!.body), trust, NOW).kid).toBe(kid);
});

it.each([
  ['a reason that is none', ['alert', 'explain', ID, '--reason', 'because'], 2],
  ['a ground that is none', ['alert', 'erase-note', ID, ID, '--ground', 'because'], 2],
  ['no ground', ['alert', 'erase-note', ID, ID], 2],
  ['no reason', ['alert', 'resolve', ID], 2],
  ['a state that is none', ['alert', 'list', '--state', 'closed'], 2],
  ['a time that is none', ['alert', 'list', '--from', 'yesterday'], 2],
])('refuses %s', async (_, args, code) => {
  await using at = await workplaceWith(() => ({ body: { items: [] } }));
  expect((await at.place.run(args)).exitCode).toBe(code);
  expect(at.peer.received).toEqual([]);
});

it('leaves with 1 where the alert is not what it must be for that', async () => {
  await using at = await workplaceWith(() => problem(409, 'CONFLICT'));
  expect((await at.place.run(['alert', 'resolve', ID, '--reason', 'outage'])).exitCode).toBe(1);
});
