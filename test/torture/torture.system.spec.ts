import { describeOnEachTransport } from '../support/each-transport.js';
import { torture } from './torture.js';
import { describeReport } from './torture-report.js';

const TEST_MS = 600_000;
/** Thirty in all. On Kafka a ledger that was killed is counted in again after ten seconds only. */
const ROUNDS = { embedded: 18, kafka: 12 };
const SEED = 20261123;

describeOnEachTransport('SIGKILL at random moments under load', (transport) => {
  it(
    `loses nothing, doubles nothing and shows one history (${ROUNDS[transport]} rounds)`,
    async () => {
      const report = await torture({ transport, rounds: ROUNDS[transport], seed: SEED });
      process.stderr.write(`${describeReport(report)}\n`);
      expect(report.faults).toEqual([]);
      expect(report).toMatchObject({ lost: 0, duplicated: 0, forks: 0, auditClean: true });
      expect(Object.values(report.killed).reduce((sum, one) => sum + one, 0)).toBeGreaterThanOrEqual(ROUNDS[transport]);
      expect(report.told.answered).toBeGreaterThanOrEqual(ROUNDS[transport]);
    },
    TEST_MS,
  );
});
