import { NOON, aPermit, aRelease } from '../../../../libs/reconcile/src/exchange.fixture.js';
import { FAMILY, familySigner, shardSigners } from '../../../../libs/client/test/audited-family.js';
import { trustFileOfTests } from '../../../../libs/client/test/evidence.js';
import { aChange, anAlert, bytesOf, writeRecords } from '../../../../libs/client/test/recorded-family.js';
import { formatVkey } from '#merkle/note-key.js';
import { Workplace } from '../../test/command.js';

const { id } = aPermit();
const families = [{ origin: FAMILY, vkey: formatVkey(familySigner.key) }];

function placeWith(entries: readonly Uint8Array[]): Workplace {
  const place = new Workplace();
  place.write('home/trust.json', { ...trustFileOfTests, logs: [], families });
  writeRecords(place.path('tiles/log'), [entries, []]);
  return place;
}

it('says that all records agree, and only where it is asked to', async () => {
  using place = placeWith([bytesOf(aPermit()), bytesOf(aRelease())]);
  const plain = await place.run(['log', 'audit', 'tiles']);
  expect(plain.out).not.toContain('reconciled');
  const { exitCode, out, err } = await place.run(['log', 'audit', 'tiles', '--reconcile']);
  expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
  expect(out).toContain(`✓ ${FAMILY}: 2 records reconciled, and all agree`);
});

it('names what does not agree in both languages and for scripts, and leaves with 1', async () => {
  using place = placeWith([bytesOf(aPermit())]);
  const command = ['log', 'audit', 'tiles', '--reconcile', '--pending-within', '0'];
  const english = await place.run(command);
  expect(english.exitCode).toBe(1);
  expect(english.out).toContain(`✗ ${FAMILY}: 1 records reconciled, 1 findings`);
  expect(english.out).toContain(
    `✗ decision-without-release: a decision without a release; to be explained by population; exchange ${id}; entries 0/0; the ledger raised no alert of it`,
  );
  expect((await place.run([...command, '--lang', 'zh'])).out).toContain('有决定而无放行; 须由 population 说明');
  const { exitCode, out } = await place.run([...command, '--json']);
  expect(exitCode).toBe(1);
  expect(JSON.parse(out)).toMatchObject({
    ok: false,
    families: [
      {
        ok: true,
        reconciliation: {
          ...{ ok: false, records: 1, more: 0, pending: 0, left: 0 },
          findings: [{ kind: 'decision-without-release', owner: 'population', exchange: id, evidence: [{ index: 0 }] }],
        },
      },
    ],
  });
  expect((await place.run(['log', 'audit', 'tiles'])).exitCode).toBe(0);
});

it('says what the ledger reported, and what became of that', async () => {
  const alert = anAlert({ exchange: id, time: aPermit().time });
  using place = placeWith([bytesOf(aPermit()), bytesOf(alert), bytesOf(aChange({ time: aPermit().time }))]);
  const command = ['log', 'audit', 'tiles', '--reconcile', '--pending-within', '0'];
  const { exitCode, out } = await place.run(command);
  expect(exitCode).toBe(1);
  expect(out).toContain(`entries 0/0; reported by the ledger: alert ${alert.id}, explained`);
  expect((await place.run([...command, '--lang', 'zh'])).out).toContain(`账本已告警：${alert.id}，已说明`);
  expect(JSON.parse((await place.run([...command, '--json'])).out)).toMatchObject({
    families: [{ reconciliation: { findings: [{ alert: { id: alert.id, state: 'explained' } }], otherAlerts: 0 } }],
  });
});

it('judges by the deadlines of the ledger that is audited, as they are given in seconds', async () => {
  using place = placeWith([bytesOf(aPermit()), bytesOf(aRelease({ time: new Date(NOON + 100_000).toISOString() }))]);
  const command = ['log', 'audit', 'tiles', '--reconcile', '--pending-within', '0'];
  expect((await place.run(command)).exitCode).toBe(0);
  expect((await place.run([...command, '--release-within', '70', '--clock-skew', '29'])).out).toContain('late:');
  expect((await place.run([...command, '--release-within', '70', '--clock-skew', '30'])).exitCode).toBe(0);
  expect((await place.run([...command, '--release-within', 'long'])).err).toContain('--release-within');
});

it('asks for the list of shards: of some of them it cannot say what is missing', async () => {
  using place = placeWith([bytesOf(aPermit()), bytesOf(aRelease())]);
  const alone = await place.run(['log', 'audit', 'tiles/log/0', '--reconcile']);
  expect(alone.exitCode).toBe(2);
  expect(alone.err).toContain('--reconcile needs all shards');
  const logs = shardSigners.map(({ key }) => ({ origin: key.name, vkey: formatVkey(key) }));
  place.write('home/trust.json', { ...trustFileOfTests, logs });
  expect((await place.run(['log', 'audit', 'tiles', '--reconcile'])).exitCode).toBe(2);
});
