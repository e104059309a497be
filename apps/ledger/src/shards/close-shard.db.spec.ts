import { join } from 'node:path';
import { FAMILY, keep } from '../../test/a-family.js';
import { expectPublished } from '../../test/a-log.js';
import { aBatch, candidateOf } from '../../test/entries.js';
import { close, events, folder, publish, shownList, shownRoot, start } from '../../test/started-families.js';

describe('a shard that is closed', () => {
  it('is followed by another, and ends with the head that the list and the root log say', async () => {
    const family = await start({ partitions: 2 });
    const [before, after] = [events(5), events(4)];
    await family.evidence.take(aBatch(before));
    await publish(family);
    expect((await close(family, 0)).successor.number).toBe(2);
    await expect(family.evidence.take(aBatch(after))).rejects.toMatchObject({ code: 'SHARD_CLOSED', isFinal: false });
    await publish(family);
    await family.evidence.take(aBatch(after));
    await publish(family);
    await expectPublished(join(folder.path, 'log/0'), before.map(candidateOf), { shard: FAMILY.shard(0) });
    await expectPublished(join(folder.path, 'log/2'), after.map(candidateOf), { shard: FAMILY.shard(2) });
    const { shards } = await shownList();
    expect(shards.map(({ number, partition, closed }) => [number, partition, closed?.size])).toEqual([
      [0, 0, 5],
      [1, 1, undefined],
      [2, 0, undefined],
    ]);
    expect((await shownRoot()).texts).toContain('0 at 5');
    expect(family.finals).toEqual([]);
    await expect(close(family, 0)).rejects.toMatchObject({ code: 'SHARD_CLOSED' });
    await expect(close(family, 7)).rejects.toMatchObject({ code: 'SHARD_UNKNOWN' });
  });

  it('shows all that was sequenced in it, however late it is published, and only then counts as closed', async () => {
    const family = await start();
    await family.evidence.take(aBatch(events(5)));
    await close(family, 0);
    await keep(family);
    expect((await shownList()).shards.map(({ closed }) => closed)).toEqual([undefined, undefined]);
    // Killed here.
    const next = await start();
    await publish(next);
    await keep(next);
    const [first] = (await shownList()).shards;
    expect(first?.closed?.size).toBe(5);
    expect((await shownRoot()).texts).toEqual(['list 2', '0 at 0', '1 at 0', '0 at 5', 'list 3']);
  });

  it('is open or closed with its successor, whenever the process is killed: it is one step', async () => {
    const family = await start();
    // The number of the successor is taken: the step fails as a whole.
    await expect(
      family.records.succeed(FAMILY.shard(0), { number: 0, origin: FAMILY.shard(0).origin }),
    ).rejects.toThrow();
    expect((await family.records.all()).map(({ closedAt }) => closedAt)).toEqual([undefined]);
    await family.evidence.take(aBatch(events(1)));
  });

  it('has the batch that was under way, or its successor has: never both', async () => {
    const family = await start();
    const some = events(40);
    const [taken] = await Promise.allSettled([
      family.evidence.take(aBatch(some)),
      close(family, 0),
      family.evidence.take(aBatch(some)),
    ]);
    await publish(family);
    // As the transport does with what was not taken.
    await family.evidence.take(aBatch(some));
    await publish(family);
    const sizes = (await family.records.all()).map(({ size }) => size);
    expect(sizes).toEqual(taken.status === 'fulfilled' ? [40, 0] : [0, 40]);
  });

  it('keeps what it has: an event that is published again is not sequenced in the successor', async () => {
    const family = await start();
    const [old, fresh] = [events(20), events(3)];
    await family.evidence.take(aBatch(old));
    await close(family, 0);
    await publish(family);
    await family.evidence.take(aBatch([...old.slice(10), ...fresh, ...old.slice(0, 10)]));
    // A successor whose process never saw the old events.
    const next = await start();
    await next.evidence.take(aBatch([...old, ...fresh]));
    expect((await next.records.all()).map(({ size }) => size)).toEqual([20, 3]);
  });

  it('is closed with others at the same time: each has a successor of its own', async () => {
    const family = await start({ partitions: 4 });
    await Promise.all([0, 1, 2, 3].map((number) => close(family, number)));
    const successors = (await family.records.all()).slice(4);
    expect(successors.map(({ number }) => number)).toEqual([4, 5, 6, 7]);
    expect(successors.map(({ partition }) => partition).toSorted()).toEqual([0, 1, 2, 3]);
  });

  it('is written to by no zombie', async () => {
    const zombie = await start();
    await zombie.evidence.take(aBatch(events(2)));
    await close(zombie, 0);
    const next = await start();
    await next.evidence.take(aBatch(events(3)));
    await expect(zombie.evidence.take(aBatch(events(4)))).rejects.toMatchObject({ code: 'FENCED' });
    expect((await next.records.all()).map(({ size }) => size)).toEqual([2, 3]);
  });
});
