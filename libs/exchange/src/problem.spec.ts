import { orRecordUnavailable, Problem } from './problem.js';

it('gives what the work gives', async () => {
  await expect(orRecordUnavailable(Promise.resolve(7))).resolves.toBe(7);
});

it('answers 503 for work that failed, and keeps why', async () => {
  const cause = new Error('the disk is full');
  const refusal: unknown = await orRecordUnavailable(Promise.reject(cause)).catch((error: unknown) => error);
  expect(refusal).toMatchObject({ code: 'RECORD_UNAVAILABLE', status: 503, cause });
});

it('lets a problem that the work found be the answer', async () => {
  const found = new Problem('CONFLICT');
  await expect(orRecordUnavailable(Promise.reject(found))).rejects.toBe(found);
});
