import { jest } from '@jest/globals';
import { ClientError } from '#client/client-error.js';
import { generateSigningKey, type SigningKey } from '#exchange/keys.js';
import { OPERATOR_KEY, PARTY_KEYS } from './a-service.js';
import { alertedLedger, ordererOf, publishedEvent } from './alerted-ledger.js';
import { SOURCE_KEY } from './entries.js';

jest.setTimeout(120_000);

/** A second operator. */
const SECOND = generateSigningKey();
let stage: Awaited<ReturnType<typeof alertedLedger>>;
let ids: readonly string[];

beforeAll(async () => {
  stage = await alertedLedger(2, [SECOND]);
  ids = stage.ids;
});
afterAll(() => stage.ledger[Symbol.asyncDispose]());

const say = (alert: string, state: 'explained' | 'resolved', key: SigningKey) =>
  stage.client.say({ alert, state, reason: 'outage', note: 'the broker was down' }, ordererOf(key));
const refusal = (asked: Promise<unknown>) =>
  asked.then(
    () => 'none',
    (error: unknown) => (error instanceof ClientError ? error.problem?.code : String(error)),
  );

it('is explained by the party that owns it, and by no other', async () => {
  const [id = ''] = ids;
  for (const key of [PARTY_KEYS.transport, SOURCE_KEY, generateSigningKey()]) {
    expect(await refusal(say(id, 'explained', key))).toBe('OPERATOR_REQUIRED');
  }
  const { state, history } = await say(id, 'explained', PARTY_KEYS.population);
  expect(state).toBe('explained');
  const said = { action: 'explained', by: `key:${PARTY_KEYS.population.kid}`, party: 'population' };
  expect(history.at(-1)).toMatchObject(said);
  const { content } = await publishedEvent(stage.ledger.url, 'alert.changed.v1', history.at(-1)!.entry);
  expect(content).toMatchObject(said);
});

it('is resolved by an operator: the party itself neither resolves it nor reads what was noted', async () => {
  const [id = ''] = ids;
  const party = ordererOf(PARTY_KEYS.population);
  expect(await refusal(say(id, 'resolved', PARTY_KEYS.population))).toBe('OPERATOR_REQUIRED');
  expect(await refusal(stage.client.notes(id, party))).toBe('OPERATOR_REQUIRED');
  const { history } = await say(id, 'resolved', OPERATOR_KEY);
  expect(history.at(-1)).toMatchObject({ action: 'resolved', by: `key:${OPERATOR_KEY.kid}` });
  expect(history.at(-1)).not.toHaveProperty('party');
});

it('is resolved by another operator than the one who explained it, where there is another', async () => {
  const [, id = ''] = ids;
  await say(id, 'explained', OPERATOR_KEY);
  expect(await refusal(say(id, 'resolved', OPERATOR_KEY))).toBe('SECOND_KEY_REQUIRED');
  expect((await stage.client.alert(id)).state).toBe('explained');
  expect((await say(id, 'resolved', SECOND)).state).toBe('resolved');
});
