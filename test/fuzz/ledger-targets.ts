import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Problem } from '#exchange/problem.js';
import { checkShape } from '#platform/http/json-body.js';
import { newestEntries } from '../../apps/ledger/src/reading/newest-entries.js';
import {
  consistencyQuery,
  entriesQuery,
  entryPath,
  inclusionQuery,
  sequencedQuestion,
} from '../../apps/ledger/src/reading/ledger-answers.schema.js';
import { publishedLogs } from '../../apps/ledger/test/published-logs.js';
import { spelling, type FuzzTarget } from './fuzz-target.js';

const isProblem = (error: unknown) => error instanceof Problem;
const LEAF = 'BJXpgBuKnZY1A5YLgssmPMlSvdWWO97yNHvUpeGdfLo';
const question = { events: [{ id: '0198f3b2-7c5e-8d11-9a30-2f1c6d7e8f90', type: 'access.decided.v1', leaf: LEAF }] };

/** Names and values as a query string gives them. */
function query(input: Buffer): Record<string, unknown> {
  const pairs = [...new URLSearchParams(input.toString('utf8'))];
  return Object.fromEntries(pairs);
}

function number(value: unknown): string {
  if (!Number.isSafeInteger(value) || Number(value) < 0) throw new Error('no number that the log can have');
  return String(value);
}

async function cursors(): Promise<FuzzTarget> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-fuzz-'));
  try {
    const times = ['2026-11-23T08:00:00.000Z', '2026-11-23T08:00:01.000Z', '2026-11-23T08:00:02.000Z'];
    const logs = await publishedLogs(folder, [times, times]);
    const { next = '' } = await newestEntries(logs, 2, undefined);
    const bundle = await logs[0]?.published.readTile({ level: 'entries', index: 0, width: times.length });
    // From memory: files would be most of the time.
    const inMemory = logs.map(({ shard, published: { head } }) => ({
      shard,
      published: { head, readTile: () => Promise.resolve(bundle) },
    }));
    const check = async (input: Buffer): Promise<unknown> => {
      const cursor = input.toString('latin1');
      try {
        return await newestEntries(inMemory as unknown as typeof logs, 2, cursor);
      } catch (error) {
        if (isProblem(error)) return undefined;
        throw error;
      }
    };
    return {
      name: 'cursor',
      samples: [next, Buffer.from('0.3.1.2').toString('base64url')].map((one) => Buffer.from(one)),
      check,
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What a ledger is asked. */
export const ledgerTargets: readonly FuzzTarget[] = [
  await cursors(),
  spelling({
    ...{ name: 'entries query', samples: ['limit=5&shard=0', 'limit=200&cursor=abc'], isRefusal: isProblem },
    read: (input) => checkShape(query(input), entriesQuery),
    accept: ({ limit }) => {
      if (limit < 1 || limit > 200) throw new Error('a limit that is none');
    },
  }),
  spelling({
    ...{ name: 'inclusion query', samples: ['shard=0&index=3&size=300', 'index=0&shard=15'], isRefusal: isProblem },
    read: (input) => checkShape(query(input), inclusionQuery),
    accept: ({ shard, index, size = 0 }) => [shard, index, size].map(number),
  }),
  spelling({
    ...{ name: 'consistency query', samples: ['shard=0&from=3&to=300', 'from=0&shard=1'], isRefusal: isProblem },
    read: (input) => checkShape(query(input), consistencyQuery),
    accept: ({ shard, from, to = 0 }) => [shard, from, to].map(number),
  }),
  spelling({
    ...{ name: 'entry path', samples: ['0/0', '3/9007199254740991'], isRefusal: isProblem },
    read: (input) => {
      const [shard, index, ...more] = input.toString('latin1').split('/');
      if (more.length > 0) throw new Problem('NOT_FOUND');
      return checkShape({ shard, index }, entryPath);
    },
    write: ({ shard, index }) => `${number(shard)}/${number(index)}`,
  }),
  spelling({
    ...{ name: 'sequenced question', samples: [JSON.stringify(question)] },
    read: (input) => checkShape(JSON.parse(input.toString('utf8')) as unknown, sequencedQuestion),
    isRefusal: (error) => isProblem(error) || error instanceof SyntaxError,
  }),
];
