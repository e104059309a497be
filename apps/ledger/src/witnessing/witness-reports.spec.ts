import { pino } from 'pino';
import { Registry } from 'prom-client';
import { LedgerError } from '../ledger-error.js';
import { LedgerMetrics } from '../ledger-metrics.js';
import type { WitnessState } from './witness-line.js';
import { WitnessReports } from './witness-reports.js';

let lines: Record<string, unknown>[];
let registry: Registry;
let reports: WitnessReports;

beforeEach(() => {
  lines = [];
  registry = new Registry();
  const logger = pino({}, { write: (line: string) => lines.push(JSON.parse(line) as Record<string, unknown>) });
  reports = new WitnessReports(0, new LedgerMetrics(registry), logger);
});

const tell = (state: Partial<WitnessState>) => {
  reports.asked(new Map([['w/a', { size: 5, time: 1, error: undefined, accuses: false, ...state }]]));
};
const metric = async (name: string) => (await registry.getSingleMetric(name)!.get()).values[0]!.value;

it('names in log and metrics who says something against the log without proof, and who takes it back', async () => {
  const error = 'says that the log went back, without proof (answered 404)';
  for (let round = 0; round < 3; round += 1) tell({ error, accuses: true });
  expect(lines).toMatchObject([{ shard: 0, witness: 'w/a', reason: error, msg: 'not cosigned' }]);
  expect([await metric('ledger_witness_accuses'), await metric('ledger_witness_away')]).toEqual([1, 1]);
  tell({});
  expect(lines.at(-1)).toMatchObject({ witness: 'w/a', msg: 'cosigns again' });
  expect([await metric('ledger_witness_accuses'), await metric('ledger_witness_away')]).toEqual([0, 0]);
});

it('keeps in the log the checkpoint that proves another history', () => {
  reports.proved('w/a', new LedgerError('WITNESS_AHEAD', 'more'), 'the note\n');
  expect(lines).toMatchObject([
    { level: 50, shard: 0, witness: 'w/a', code: 'WITNESS_AHEAD', checkpoint: 'the note\n' },
  ]);
});
