import { QuotaLease } from './quota-lease.js';

const START = new Date('2026-11-28T00:00:00Z');

/** Ten permits at once, and what is given back. */
function counted() {
  const returned: number[] = [];
  const repository = {
    lease: () => Promise.resolve(10),
    giveBack: (_: string, __: Date, permits: number) => {
      returned.push(permits);
      return Promise.resolve();
    },
  };
  return { lease: new QuotaLease('agreed', START, repository), returned };
}

it('gives a permit that is put back to the next one that asks', async () => {
  const { lease, returned } = counted();
  expect(await lease.take(100)).toBe(true);
  lease.putBack(100);
  expect(lease.drain()).toBe(10);
  expect(returned).toEqual([]);
});

it('gives back what was taken under a limit that was lowered meanwhile, and lets nobody have it', async () => {
  const { lease, returned } = counted();
  for (let taken = 0; taken < 10; taken += 1) await lease.take(100);
  // Another version of the agreement, by which the count is asked anew.
  expect(await lease.take(20)).toBe(true);
  lease.putBack(100);
  expect(lease.drain()).toBe(9);
  expect(await lease.take(20)).toBe(true);
  expect(returned).toEqual([1]);
});
