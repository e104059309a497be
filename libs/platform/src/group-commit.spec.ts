import { GroupCommit } from './group-commit.js';

/** A database whose commits end when the test says so. */
function pausedCommit() {
  const groups: { items: readonly number[]; end: () => void; fail: (error: Error) => void }[] = [];
  const commit = (items: readonly number[]) =>
    new Promise<readonly string[]>((resolve, reject) => {
      groups.push({
        items,
        end: () => {
          resolve(items.map((item) => `stored ${item}`));
        },
        fail: reject,
      });
    });
  return { groups, commit };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

it('commits a lone item in this turn of the event loop', async () => {
  const { groups, commit } = pausedCommit();
  const one = new GroupCommit(commit).submit(1);
  await settle();
  expect(groups.map((group) => group.items)).toEqual([[1]]);
  groups[0]!.end();
  await expect(one).resolves.toBe('stored 1');
});

it('commits together what comes in one turn of the event loop', async () => {
  const { groups, commit } = pausedCommit();
  const group = new GroupCommit(commit);
  const all = [1, 2].map((item) => group.submit(item));
  await Promise.resolve();
  all.push(group.submit(3));
  await settle();
  expect(groups.map((one) => one.items)).toEqual([[1, 2, 3]]);
  groups[0]!.end();
  await Promise.all(all);
});

it('puts what arrives during a commit together into the next', async () => {
  const { groups, commit } = pausedCommit();
  const group = new GroupCommit(commit);
  const all = [group.submit(1)];
  await settle();
  all.push(group.submit(2));
  await settle();
  all.push(group.submit(3));
  await settle();
  expect(groups.map((one) => one.items)).toEqual([[1]]);
  groups[0]!.end();
  await all[0];
  await settle();
  expect(groups.map((one) => one.items)).toEqual([[1], [2, 3]]);
  groups[1]!.end();
  await expect(Promise.all(all)).resolves.toEqual(['stored 1', 'stored 2', 'stored 3']);
});

it('rejects each item of a failed commit and none of the next', async () => {
  const { groups, commit } = pausedCommit();
  const group = new GroupCommit(commit);
  const first = group.submit(1);
  await settle();
  const second = group.submit(2);
  const refused = expect(first).rejects.toThrow('disk full');
  groups[0]!.fail(new Error('disk full'));
  await refused;
  await settle();
  groups[1]!.end();
  await expect(second).resolves.toBe('stored 2');
});

it('never commits more at once than it may', async () => {
  const { groups, commit } = pausedCommit();
  const group = new GroupCommit(commit, { maxItems: 2 });
  const all = [1, 2, 3, 4, 5].map((item) => group.submit(item));
  for (let turn = 0; turn < 3; turn += 1) {
    await settle();
    groups.at(turn)?.end();
    await all.at(2 * turn);
  }
  expect(groups.map((one) => one.items)).toEqual([[1, 2], [3, 4], [5]]);
  await Promise.all(all);
});

it('rejects when a commit forgets a result', async () => {
  const group = new GroupCommit<number, number>(() => Promise.resolve([]));
  await expect(group.submit(1)).rejects.toThrow('too many or too few');
});

it('waits for company where it is told to, and then takes all that came', async () => {
  const groups: (readonly number[])[] = [];
  const group = new GroupCommit<number, number>(
    (items) => {
      groups.push(items);
      return Promise.resolve(items);
    },
    { lingerMs: 5 },
  );
  const first = group.submit(1);
  await settle();
  const second = group.submit(2);
  expect(groups).toEqual([]);
  await Promise.all([first, second]);
  expect(groups).toEqual([[1, 2]]);
});
