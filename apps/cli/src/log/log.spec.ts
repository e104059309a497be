import { aDecision, aRelease, evidence, ID, ORIGIN } from '../../../../libs/client/test/evidence.js';
import { problem } from '../../../../libs/client/test/http-peer.js';
import { workplaceWith } from '../../test/command.js';

const changed = {
  ...{ type: 'registry.changed.v1', id: ID, source: 'gateway', time: '2026-11-23T08:00:00.000Z' },
  ...{
    subject: 'system',
    name: 'housing/eligibility',
    action: 'created',
    by: 'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k',
  },
};
const denial = aDecision({ outcome: 'deny', reason: 'NO_AGREEMENT' });
const list = [{ ...changed, type: 'registry.changed.v9' }, changed, denial, aRelease(), aDecision()].map(
  (entry, at) => ({
    ...{ shard: 0, origin: ORIGIN, index: 4 - at, leaf: 'x' },
    entry,
  }),
);

describe('the newest entries', () => {
  it('are a table of who got what', async () => {
    await using set = await workplaceWith(() => ({ body: { entries: list, next: 'abc' } }));
    const { exitCode, out } = await set.place.run(['log', 'show', '--limit', '5']);
    expect(exitCode).toBe(0);
    const lines = out.split('\n');
    expect(lines.find((line) => line.includes('0/0'))).toMatch(
      /decision.*housing\/eligibility.*population\/residents.*gov:HousingEligibility.*permitted/,
    );
    expect(lines.find((line) => line.includes('0/1'))).toMatch(/release.*1 row \(name, district\)/);
    expect(lines.find((line) => line.includes('0/2'))).toContain('NO_AGREEMENT');
    expect(lines.find((line) => line.includes('0/3'))).toMatch(
      /registry.*kPrK_qmxVWaY .*system housing\/eligibility.*created/,
    );
    expect(lines.find((line) => line.includes('0/4'))).toContain('registry.changed.v9');
    expect(out).toContain('older: --cursor abc');
    expect(set.peer.received[0]?.target).toBe('/v1/entries?limit=5');
  });

  it('are JSON for scripts', async () => {
    await using set = await workplaceWith(() => ({ body: { entries: list } }));
    const { out } = await set.place.run(['log', 'show', '--json', '--shard', '0', '--cursor', 'abc']);
    expect((JSON.parse(out) as { entries: unknown[] }).entries).toHaveLength(5);
    expect(set.peer.received[0]?.target).toBe('/v1/entries?limit=20&cursor=abc&shard=0');
  });

  it('cannot drive the terminal', async () => {
    const entry = aDecision({ resource: 'a\u001b[2Jb' });
    await using set = await workplaceWith(() => ({ body: { entries: [{ ...list[0], entry }] } }));
    expect((await set.place.run(['log', 'show'])).out).not.toContain('\u001b');
  });

  it('go on with --follow: each once, the oldest first, until the ledger is gone', async () => {
    let asked = 0;
    await using set = await workplaceWith(() => {
      asked += 1;
      if (asked === 3) return problem(503, 'SHUTTING_DOWN');
      return { body: { entries: asked === 1 ? list.slice(2) : list.slice(1) } };
    });
    const { exitCode, out } = await set.place.run(['log', 'show', '--follow']);
    expect(exitCode).toBe(3);
    expect(
      out
        .trimEnd()
        .split('\n')
        .map((line) => line.split(' ')[0]),
    ).toEqual(['0/0', '0/1', '0/2', '0/3']);
  });
});

describe('the entries of one exchange', () => {
  const proven = { ...evidence().receipt.decision, type: 'access.decided.v1' };

  it('are shown with the check of their proofs', async () => {
    await using set = await workplaceWith(() => ({ body: { entries: [proven] } }));
    const { exitCode, out } = await set.place.run(['log', 'entry', ID]);
    expect(exitCode).toBe(0);
    expect(out).toContain('"consumer": "housing/eligibility"');
    expect(out).toContain(`✓ Entry 8 of the log ${ORIGIN} records the decision`);
  });

  it('say whether cosignatures were asked for', async () => {
    await using set = await workplaceWith(() => ({ body: { entries: [proven] } }));
    const { err } = await set.place.run(['log', 'entry', ID]);
    expect(err).toContain('no cosignatures were asked for');
    const { out } = await set.place.run(['log', 'entry', ID, '--json']);
    expect(JSON.parse(out)).toMatchObject({ asked: { needed: 0 } });
  });

  it('that the log did not sign leave with 1', async () => {
    await using set = await workplaceWith(() => ({ body: { entries: [{ ...proven, entry: `${proven.entry} ` }] } }));
    const { exitCode, out } = await set.place.run(['log', 'entry', ID, '--json']);
    expect(exitCode).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ entries: [{ checks: [{ ok: false }] }] });
  });

  it('that are not there leave with 1', async () => {
    await using set = await workplaceWith(() => problem(404, 'NOT_FOUND'));
    expect((await set.place.run(['log', 'entry', ID])).exitCode).toBe(1);
  });
});
