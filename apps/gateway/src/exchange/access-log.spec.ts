import { AccessLog } from './access-log.js';
import type { FailureRecord } from './access-record.js';

const aFailure = (id: string): FailureRecord => ({
  id,
  permit: Buffer.from(id),
  at: new Date(0),
  reason: 'RECORD_UNAVAILABLE',
  event: { id, type: 'access.failed.v1', source: 'gateway', time: '', key: id, data: Buffer.from(id) },
});

it('says which failures in doubt it forgets because it remembers too many, and records the others', async () => {
  const stored: string[] = [];
  const forgotten: string[] = [];
  const repository = {
    record: () => Promise.resolve([]),
    recordFailures: (failures: readonly FailureRecord[]) => {
      stored.push(...failures.map(({ id }) => id));
      return Promise.resolve([]);
    },
  };
  const log = new AccessLog(repository, () => undefined, {
    committed: () => undefined,
    failed: () => undefined,
    forgot: ({ id }) => void forgotten.push(id),
  });
  const ids = Array.from({ length: 10_000 }, (_, position) => `remembered ${position}`);
  for (const id of [...ids, 'one too many', 'and another']) log.doubt(aFailure(id));
  expect(forgotten).toEqual(['one too many', 'and another']);
  await log.stop();
  expect(stored).toEqual(ids);
  log.doubt(aFailure('once there is room again'));
  await log.stop();
  expect(stored.slice(ids.length)).toEqual(['once there is room again']);
  expect(forgotten).toHaveLength(2);
});
