import { AlertRepository } from '../../src/alerts/alert.repository.js';
import { ReconciliationController } from '../../src/reconciliation/reconciliation.controller.js';
import { ReconciliationRepository } from '../../src/reconciliation/reconciliation.repository.js';
import { ReconciledLog } from './a-reconciled-log.js';
import { Party } from './parties.js';

let log: ReconciledLog;
let controller: ReconciliationController;
beforeAll(async () => {
  log = await ReconciledLog.open();
  const { database } = log.ledger;
  controller = new ReconciliationController(new ReconciliationRepository(database), new AlertRepository(database));
});
afterAll(() => log[Symbol.asyncDispose]());

it('gives all sequences page by page, each once, by source and name', async () => {
  const parties = Array.from({ length: 5 }, () => new Party());
  const permit = parties[0]!.permit();
  await log.sequence([permit, parties[1]!.release(permit), ...parties.slice(2).map((party) => party.denial())]);
  await log.reconcile();
  const pages: Awaited<ReturnType<ReconciliationController['get']>>[] = [];
  for (let cursor: string | undefined; pages.length === 0 || cursor !== undefined; cursor = pages.at(-1)?.next) {
    pages.push(await controller.get({ limit: '2', ...(cursor === undefined ? {} : { cursor }) }));
  }
  expect(pages.map(({ sequences }) => sequences.length)).toEqual([2, 2, 1]);
  const chains = pages.flatMap(({ sequences }) => sequences.map(({ chain }) => chain));
  const [, adapter, ...others] = parties.map(({ chain }) => chain);
  expect(chains).toEqual([adapter, ...[parties[0]!.chain, ...others].toSorted()]);
  expect((await controller.get({})).sequences).toHaveLength(5);
});

it.each([
  { limit: '0' },
  { limit: '201' },
  { limit: '01' },
  { cursor: 'gateway' },
  { cursor: 'gateway~1' },
  { page: '2' },
])('refuses %j', async (query) => {
  await expect(controller.get(query)).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
});
