import { request } from 'node:http';
import { LEDGER_TOPIC, type SluiceEvent } from '#events/contract.js';
import { problemDetails } from '#exchange/problem.js';
import { parseVkey } from '#merkle/note-key.js';
import type { z } from 'zod';
import type { shardList } from '../src/reading/ledger-answers.schema.js';
import { runningLedger, type RunningLedger } from './a-service.js';
import { anEvent } from './entries.js';

/** A ledger of 303 entries, for each file that imports this. */
export let ledger: RunningLedger;
/** In the order of the log. */
export const events: SluiceEvent[] = [];

beforeAll(async () => {
  ledger = await runningLedger();
  for (const count of [3, 290, 10]) {
    const some = Array.from({ length: count }, () => anEvent());
    await ledger.events.publish(LEDGER_TOPIC, some);
    events.push(...some);
    await untilPublished(events.length);
  }
}, 60_000);
afterAll(() => ledger[Symbol.asyncDispose]());

export const get = (path: string, init?: RequestInit) => fetch(`${ledger.url}${path}`, init);
export async function json<T>(path: string, init?: RequestInit): Promise<T> {
  const answer = await get(path, init);
  expect(answer.status).toBe(200);
  return (await answer.json()) as T;
}
/** The path as it stands: fetch would tidy it up. */
export function getRaw(path: string): Promise<{ status: number | undefined; code: string }> {
  const { hostname, port } = new URL(ledger.url);
  return new Promise((resolve, reject) => {
    const call = request({ hostname, port, path }, (answer) => {
      answer.setEncoding('utf8');
      let body = '';
      answer.on('data', (text: string) => (body += text));
      answer.on('end', () => {
        resolve({ status: answer.statusCode, code: problemDetails.parse(JSON.parse(body)).code });
      });
    });
    call.on('error', reject).end();
  });
}
export const post = (body: unknown) =>
  get('/v1/sequenced', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
export const shards = async () => (await json<z.output<typeof shardList>>('/v1/shards')).shards;

async function untilPublished(size: number): Promise<void> {
  while (((await shards())[0]?.size ?? 0) < size);
}

export async function trust() {
  const [shard] = await shards();
  return { log: parseVkey(shard?.vkey ?? '') };
}
