import { createHash } from 'node:crypto';
import { Module } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Registry } from 'prom-client';
import { problemDetails } from '#exchange/problem.js';
import { nodeNoteSigner } from '#merkle/node-cryptography.js';
import { NOTE_ALGORITHM } from '#merkle/note-key.js';
import { openCheckpoint } from '#merkle/open-checkpoint.js';
import { formatNote, parseNote } from '#merkle/signed-note.js';
import { formatWitnessRequest } from '#merkle/witness-request.js';
import { openDatabase } from '#platform/database/open-database.js';
import { createService } from '#platform/http/create-service.js';
import { createLogger } from '#platform/logger.js';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/postgres.js';
import { ALog, keyOf } from '../../test/witnessed-log.js';
import { Witness1700000000002 } from '../migrations/0002-witness.js';
import { WITNESS_BODIES, WitnessController } from './witness.controller.js';
import { WitnessMetrics } from './witness-metrics.js';
import { WitnessRepository } from './witness.repository.js';
import { WitnessService } from './witness.service.js';

@Module({})
class WitnessModule {}

const log = new ALog('log.test/0');
/** Its origin is no key name, as that of Go's module database. */
const spaced = new ALog('go.sum database tree', 'c', 8, { keyName: 'sum.test' });
const signer = nodeNoteSigner('witness.test/a', keyOf(1), NOTE_ALGORITHM.cosignature);
const logger = createLogger({ name: 'witness', level: 'silent' });
let test: TestDatabase;
let database: Awaited<ReturnType<typeof openDatabase>>;
let app: NestFastifyApplication;
let now: Date;

beforeEach(async () => {
  now = new Date();
  test = await createTestDatabase();
  database = await openDatabase({ url: test.url, name: 'witness', poolSize: 4, migrations: [Witness1700000000002] });
  const witness = new WitnessService({
    settings: {
      name: signer.key.name,
      signers: [{ signer, from: -Infinity, until: Infinity }],
      logs: new Map([log, spaced].map((one) => [one.origin, [one.signer.key]] as const)),
      seen: [],
    },
    records: new WitnessRepository(database),
    metrics: new WitnessMetrics(new Registry()),
    ...{ logger, now: () => now },
  });
  const providers = [{ provide: WitnessService, useValue: witness }];
  app = await createService({
    module: { module: WitnessModule, controllers: [WitnessController], providers },
    ...{ logger, rawBodies: WITNESS_BODIES },
    document: { title: 'witness', description: '', version: '1' },
  });
  await app.listen(0, '127.0.0.1');
});
afterEach(async () => {
  await app.close();
  await database.destroy();
  await test.drop();
});

async function call(path: string, init?: RequestInit) {
  const answer = await fetch(`${await app.getUrl()}/witness/${path}`, init);
  return { status: answer.status, type: answer.headers.get('content-type'), text: await answer.text() };
}
const add = (body: string | Uint8Array<ArrayBuffer>, headers?: Record<string, string>) =>
  call('add-checkpoint', { method: 'POST', body, ...(headers === undefined ? {} : { headers }) });
const hashOf = (origin: string) => createHash('sha256').update(origin).digest('hex');

it('cosigns for whoever brings what the log signed, in whatever media type', async () => {
  const types = [{ 'content-type': 'application/octet-stream' }, { 'content-type': 'text/plain; charset=utf-8' }];
  for (const [at, headers] of types.entries()) {
    const { status, text } = await add(log.request(at, at + 1), headers);
    expect(status).toBe(200);
    const trust = { log: log.signer.key, witnesses: [signer.key], quorum: 1 };
    expect(openCheckpoint(`${log.note(at + 1)}${text}`, trust).size).toBe(at + 1);
  }
  // A body of bytes has no media type unless it is given one.
  expect(await add(new Uint8Array(Buffer.from(log.request(2, 3))))).toMatchObject({ status: 200 });
  expect(await add(log.request(3, 4), { 'content-type': 'application/json' })).toMatchObject({ status: 200 });
});

it('answers in the words of the specification', async () => {
  await add(log.request(0, 5));
  expect(await add(log.request(0, 6))).toEqual({ status: 409, type: 'text/x.tlog.size', text: '5\n' });
  expect(await add('old 5\n')).toMatchObject({ status: 400 });
  expect(await add(new Uint8Array())).toMatchObject({ status: 400 });
  expect(await add(new ALog('log.test/9').request(0, 1))).toMatchObject({ status: 404 });
  expect(await add(new ALog(log.origin, 'a', 9).request(5, 6))).toMatchObject({ status: 403 });
  expect(await add(new ALog(log.origin, 'b').request(5, 6))).toMatchObject({ status: 422 });
});

it('knows logs by whatever their origins are', async () => {
  const { status, text } = await add(spaced.request(0, 5));
  expect(status).toBe(200);
  const stranger = new ALog('rekor.test - 2605736670972794746', 'c', 8, { keyName: 'rekor.test' });
  expect(await add(stranger.request(0, 5))).toMatchObject({ status: 404 });
  const shown = await call(`${hashOf(spaced.origin)}/checkpoint`);
  expect(shown).toMatchObject({ status: 200, text: `${spaced.note(5)}${text}` });
});

it('shows what it cosigned last, by the hash of the origin', async () => {
  expect(await call(`${hashOf(log.origin)}/checkpoint`)).toMatchObject({ status: 404 });
  const { text } = await add(log.request(0, 5));
  const shown = await call(`${hashOf(log.origin)}/checkpoint`);
  expect(shown).toEqual({ status: 200, type: 'text/plain; charset=utf-8', text: `${log.note(5)}${text}` });
  for (const wrong of [hashOf('log.test/9'), hashOf(log.origin).toUpperCase(), 'x', '%00']) {
    expect((await call(`${wrong}/checkpoint`)).status).toBe(404);
  }
});

it('takes a checkpoint with sixteen signatures of the largest kind and a proof as long as there are', async () => {
  const { text, signatures } = parseNote(log.note(1));
  const largest = (at: number) => ({ name: `witness.test/${at}`, keyId: '00000000', signature: new Uint8Array(5000) });
  const note = formatNote({ text, signatures: [...signatures, ...Array.from({ length: 15 }, (_, at) => largest(at))] });
  const proof = Array.from({ length: 63 }, () => new Uint8Array(32));
  expect(await add(formatWitnessRequest({ old: 1, proof, note }))).toMatchObject({ status: 409, text: '0\n' });
  const json = { 'content-type': 'application/json' };
  expect(await add(formatWitnessRequest({ old: 0, proof: [], note }), json)).toMatchObject({ status: 200 });
});

it('takes no body that is too large, and none of another method', async () => {
  const sizes = [256 * 1024, 256 * 1024 + 1];
  const [largest, larger] = await Promise.all(sizes.map((size) => add('x'.repeat(size))));
  expect(largest).toMatchObject({ status: 400 });
  expect(larger).toMatchObject({ status: 413 });
  expect(problemDetails.parse(JSON.parse(larger?.text ?? '')).code).toBe('BODY_TOO_LARGE');
  expect((await call('add-checkpoint', { method: 'PUT', body: '' })).status).toBe(405);
});

describe('an address that sends what no log signed', () => {
  /** More than it may send while the clock stands. */
  const MANY = 120;
  const sendMany = async (body: string) => {
    const answers = await Promise.all(Array.from({ length: MANY }, () => add(body)));
    return new Set(answers.map(({ status }) => status));
  };

  it.each([
    ['what is no request', 'nonsense', 400],
    ['what is of no log that it knows', new ALog('log.test/9').request(0, 1), 404],
    ['what another key signed', new ALog(log.origin, 'a', 9).request(0, 1), 403],
  ])('is told no more of %s for a while, nor keeps its connection', async (_, body, status) => {
    expect(await sendMany(body)).toEqual(new Set([status, 429]));
    const { headers } = await fetch(`${await app.getUrl()}/witness/add-checkpoint`, { method: 'POST', body });
    expect(headers.get('connection')).toBe('close');
    now = new Date(now.getTime() + 1000);
    expect(await add(body)).toMatchObject({ status });
  });

  it('is answered whatever the log signed: it may be shared with strangers', async () => {
    await sendMany('nonsense');
    expect(await add('nonsense')).toMatchObject({ status: 429 });
    expect(await add(log.request(0, 5))).toMatchObject({ status: 200 });
    expect(await add(log.request(0, 6))).toMatchObject({ status: 409, text: '5\n' });
    expect(await add(log.request(9, 8))).toMatchObject({ status: 400 });
    expect(await add(new ALog(log.origin, 'b').request(5, 6))).toMatchObject({ status: 422 });
  });

  it('pays for nothing that the log signed: by a 409 a log learns the size', async () => {
    await add(log.request(0, 5));
    expect(await sendMany(log.request(0, 6))).toEqual(new Set([409]));
    expect(await sendMany(log.request(9, 8))).toEqual(new Set([400]));
    expect(await sendMany(new ALog(log.origin, 'b').request(5, 6))).toEqual(new Set([422]));
    expect(await add('nonsense')).toMatchObject({ status: 400 });
  });
});
