import { Registry } from 'prom-client';
import { nodeNoteSigner } from '#merkle/node-cryptography.js';
import { NOTE_ALGORITHM } from '#merkle/note-key.js';
import { createLogger } from '#platform/logger.js';
import { openDatabase } from '#platform/database/open-database.js';
import {
  InjectedFaults,
  StorageFault,
  type CallKind,
  type FaultSide,
} from '../../../../test/support/injected-faults.js';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/postgres.js';
import { ALog, keyOf } from '../../test/witnessed-log.js';
import { Witness1700000000002 } from '../migrations/0002-witness.js';
import { WitnessMetrics } from './witness-metrics.js';
import { WitnessRepository } from './witness.repository.js';
import { WitnessService } from './witness.service.js';

const HOOK_MS = 60_000;
const log = new ALog('log.test/0');
const fork = new ALog('log.test/0', 'b');
/** What a witness keeps something with: a new call does not compile until it is named here, and is tried then. */
const calls = { last: 'reads', advance: 'writes', keepFork: 'writes' } satisfies Record<
  keyof WitnessRepository,
  CallKind
>;

let test: TestDatabase;
let database: Awaited<ReturnType<typeof openDatabase>>;
const covered = new Set<string>();

beforeAll(async () => {
  test = await createTestDatabase();
  database = await openDatabase({ url: test.url, name: 'witness', poolSize: 4, migrations: [Witness1700000000002] });
}, HOOK_MS);
afterAll(async () => {
  await database.destroy();
  await test.drop();
}, HOOK_MS);

function witness(faults = new InjectedFaults()): WitnessService {
  const records = faults.wrap(new WitnessRepository(database), calls, String);
  const signer = nodeNoteSigner('witness.test/a', keyOf(1), NOTE_ALGORITHM.cosignature);
  return new WitnessService({
    settings: {
      name: 'witness.test/a',
      signers: [{ signer, from: -Infinity, until: Infinity }],
      logs: new Map([[log.origin, [log.signer.key]]]),
      seen: [],
    },
    records,
    metrics: new WitnessMetrics(new Registry()),
    logger: createLogger({ name: 'witness' }, { write: () => undefined }),
    now: () => new Date('2026-06-01T12:00:00Z'),
  });
}

/** One request after another; what is cosigned is noted, a storage call that fails is met by asking again, as a ledger does. */
async function ask(one: WitnessService, bodies: readonly string[], cosigned: Map<number, Set<string>>): Promise<void> {
  for (const body of bodies) {
    for (let tried = 0; tried < 2; tried += 1) {
      try {
        const { status } = await one.add(Buffer.from(body));
        const [, size = '', root = ''] = body.slice(body.indexOf('\n\n') + 2).split('\n');
        if (status === 200) cosigned.set(Number(size), (cosigned.get(Number(size)) ?? new Set()).add(root));
        break;
      } catch (error) {
        if (!(error instanceof StorageFault)) throw error;
      }
    }
  }
}

it.each<FaultSide>(['before', 'after'])(
  'cosigns one history, and nothing that is not on record, whichever storage call fails %s it did its work',
  async (side) => {
    const bodies = [log.request(0, 5), fork.request(0, 5), log.request(5, 9), fork.request(5, 9), fork.request(9, 12)];
    for (let at = 0; ; at += 1) {
      for (const table of ['witnessed_checkpoint', 'witnessed_fork']) await database.query(`DELETE FROM ${table}`);
      const faults = new InjectedFaults({ at, side, kind: 'blip' });
      const cosigned = new Map<number, Set<string>>();
      await ask(witness(faults), bodies, cosigned);
      if (faults.struck === undefined) break;
      covered.add(`${side} ${faults.struck}`);
      expect([...cosigned.values()].every((roots) => roots.size === 1)).toBe(true);
      const [row] = await database.query<{ size: string }[]>('SELECT size FROM witnessed_checkpoint');
      expect(Math.max(0, ...cosigned.keys())).toBeLessThanOrEqual(Number(row?.size ?? 0));
      // Also a witness that starts anew goes on with that history and no other.
      await ask(witness(), [log.request(9, 12), fork.request(9, 12)], cosigned);
      expect(cosigned.get(12)).toEqual(new Set([log.rootText(12)]));
    }
  },
  HOOK_MS,
);

it('has tried every storage call that a witness makes', () => {
  const wanted = Object.entries(calls).flatMap(([call, kind]) =>
    (kind === 'reads' ? ['before'] : ['before', 'after']).map((side) => `${side} ${call}`),
  );
  expect(wanted.filter((point) => !covered.has(point))).toEqual([]);
});
