import { data, evidence, ID } from '../../../../libs/client/test/evidence.js';
import { problem } from '../../../../libs/client/test/http-peer.js';
import { Workplace, workplaceWith } from '../../test/command.js';

describe('verifying', () => {
  it('says what is proven and what is not, without a network', async () => {
    using place = new Workplace();
    place.write('receipt.json', evidence());
    const { exitCode, out, err } = await place.run(['verify', 'receipt.json']);
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
    expect(out).toContain('housing/eligibility → population/residents  gov:HousingEligibility  permitted');
    expect(out.match(/✓/g)).toHaveLength(11);
    expect(out).toContain('Not proven by this:');
    expect(out).toContain('The receipt holds.');
  });

  it('speaks Chinese', async () => {
    using place = new Workplace();
    place.write('receipt.json', evidence());
    const { out } = await place.run(['verify', 'receipt.json', '--lang', 'zh']);
    expect(out).toContain('未证明：');
    expect(out).toContain('凭证成立。');
  });

  it('takes a receipt alone', async () => {
    using place = new Workplace();
    place.write('receipt.json', evidence().receipt);
    expect((await place.run(['verify', 'receipt.json'])).exitCode).toBe(0);
  });

  it('leaves with 1 where anything was changed, and says which check failed', async () => {
    using place = new Workplace();
    const whole = evidence();
    place.write('receipt.json', {
      ...whole,
      answer: { ...whole.answer, data: { rows: [{ ...data.rows[0], name: '李*' }] } },
    });
    const { exitCode, out } = await place.run(['verify', 'receipt.json']);
    expect(exitCode).toBe(1);
    expect(out).toContain('✗ The data are not those that the department released.');
    expect(out).toContain('The receipt does not hold.');
  });

  it('gives scripts every check by name', async () => {
    using place = new Workplace();
    place.write('receipt.json', evidence());
    const { out } = await place.run(['verify', 'receipt.json', '--json']);
    const { id, ok, checks } = JSON.parse(out) as { id: string; ok: boolean; checks: { name: string; ok: boolean }[] };
    expect({ id, ok }).toEqual({ id: ID, ok: true });
    expect(checks.map(({ name }) => name)).toContain('release-signed');
  });

  it.each<[string, unknown, RegExp]>([
    ['that is no JSON', '{', /not JSON/],
    ['of something else', { a: 1 }, /not a receipt/],
    ['with half a receipt', { receipt: { id: ID } }, /receipt\.decision/],
    ['without a proof', {}, /holds no proof yet/],
  ])('cannot use a file %s', async (_name, content, reason) => {
    using place = new Workplace();
    place.write('receipt.json', content);
    const { exitCode, err } = await place.run(['verify', 'receipt.json']);
    expect(exitCode).toBe(2);
    expect(err).toMatch(reason);
  });

  it('needs to know whom to trust', async () => {
    using place = new Workplace();
    place.write('receipt.json', evidence());
    place.remove('home/trust.json');
    expect((await place.run(['verify', 'receipt.json'])).err).toContain('--trust');
    place.write('trust.json', { logs: [], departments: [] });
    expect((await place.run(['verify', 'receipt.json', '--trust', 'trust.json'])).exitCode).toBe(1);
    place.write('trust.json', { logs: [{ origin: 'a', vkey: 'b' }], departments: [] });
    const { exitCode, err } = await place.run(['verify', 'receipt.json', '--trust', 'trust.json']);
    expect(exitCode).toBe(2);
    expect(err).toMatch(/^sluice: trust\.json:1:24: logs\.0\.vkey: /);
  });
});

describe('fetching a receipt', () => {
  it('by its id prints it, or keeps it', async () => {
    const { receipt } = evidence();
    await using set = await workplaceWith(() => ({ body: receipt }));
    expect(JSON.parse((await set.place.run(['receipt', ID])).out)).toEqual(receipt);
    await set.place.run(['receipt', ID, '--out', 'receipt.json']);
    expect((await set.place.run(['verify', 'receipt.json'])).exitCode).toBe(0);
  });

  it('of another system leaves with 1', async () => {
    await using set = await workplaceWith(() => problem(404, 'NOT_FOUND'));
    expect((await set.place.run(['receipt', ID])).exitCode).toBe(1);
  });

  it('of no exchange is a mistake', async () => {
    await using set = await workplaceWith(() => ({ body: {} }));
    set.place.write('empty.json', {});
    expect((await set.place.run(['receipt', 'empty.json'])).exitCode).toBe(2);
    expect(set.peer.received).toEqual([]);
  });
});
