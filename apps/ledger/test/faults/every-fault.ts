import { aFolder } from '../a-log.js';
import { ledgerDatabase, type LedgerDatabase } from '../ledger-database.js';
import type {
  CallKind,
  Fault,
  FaultKind,
  FaultSide,
  InjectedFaults,
} from '../../../../test/support/injected-faults.js';
import type { CallsByPart } from './storage-calls.js';

const TEST_MS = 600_000;
/** Runs at the same time, each on a database of its own: most of their time they wait for a disk. */
const AT_ONCE = 4;
/** As a process that ends, or one that goes on, before or after the call did its work. */
const WAYS: readonly [FaultKind, FaultSide][] = [
  ['crash', 'before'],
  ['crash', 'after'],
  ['blip', 'before'],
  ['blip', 'after'],
];

/** An empty folder, and the database as it was made. */
export interface FaultGround {
  readonly database: LedgerDatabase['database'];
  readonly folder: string;
}

/** A storage call of a run without faults. */
export interface TriedCall {
  readonly point: string;
  readonly kind: CallKind;
  /** Its number among those of its point, from 0: the same in every run, however logs take turns. */
  readonly at: number;
  readonly isLast: boolean;
}

export interface FaultTrial {
  /** Whatever is stored with: each of these calls must have been tried. */
  readonly calls: CallsByPart;
  /** Points that must have been tried in every way, beyond that. */
  readonly points?: readonly string[];
  /** Which calls are to fail; each if left out. */
  readonly tries?: (call: TriedCall) => boolean;
  /** Does its work on this ground, with at most one fault, and checks all that must hold then. */
  readonly run: (ground: FaultGround, fault?: Fault) => Promise<InjectedFaults>;
}

/** Has each storage call of a run fail in every way, each in a run of its own, and lists what was tried. */
export function itSurvivesEveryFault({ calls, points = [], tries = () => true, run }: FaultTrial): void {
  let ledgers: readonly LedgerDatabase[];
  const covered = new Map<string, number>();

  beforeAll(async () => {
    ledgers = await Promise.all(Array.from({ length: AT_ONCE }, () => ledgerDatabase()));
  });
  afterAll(async () => {
    await Promise.all(ledgers.map((ledger) => ledger[Symbol.asyncDispose]()));
  });

  async function runOn({ database }: LedgerDatabase, fault?: Fault): Promise<InjectedFaults> {
    await using folder = await aFolder();
    await emptied(database);
    return await run({ database, folder: folder.path }, fault);
  }

  describe.each(WAYS)('a %s %s a storage call did its work', (kind, side) => {
    it(
      'loses nothing, doubles nothing and shows one history, whichever call it is',
      async () => {
        await using own = await ledgerDatabase();
        const left = callsIn(await runOn(own)).filter(
          (call) => tries(call) && (side === 'before' || call.kind === 'writes'),
        );
        const tryNext = async (ledger: LedgerDatabase) => {
          for (let next = left.shift(); next !== undefined; next = left.shift()) {
            const { point, at } = next;
            const way = `${kind} ${side} ${point}`;
            try {
              expect((await runOn(ledger, { point, at, side, kind })).struck).toBe(point);
            } catch (cause) {
              left.splice(0);
              throw new Error(`${way}, call ${at}`, { cause });
            }
            covered.set(way, (covered.get(way) ?? 0) + 1);
          }
        };
        await Promise.all(ledgers.map(tryNext));
      },
      TEST_MS,
    );
  });

  it('has tried every storage call that there is', () => {
    const list = [...covered].toSorted(([a], [b]) => a.localeCompare(b));
    process.stderr.write(`${list.map(([point, times]) => `  ${point}: ${times}`).join('\n')}\n`);
    const tried = new Set(list.flatMap(([way]) => [way, way.split(' ').slice(0, 3).join(' ')]));
    const all = Object.entries(calls).flatMap(([part, ofPart]) =>
      Object.entries(ofPart).flatMap(([call, kind]) => waysOf(kind).map((way) => `${way} ${part}.${call}`)),
    );
    const named = points.flatMap((point) => waysOf('writes').map((way) => `${way} ${point}`));
    expect([...all, ...named].filter((way) => !tried.has(way))).toEqual([]);
  });
}

export async function emptied(database: FaultGround['database']): Promise<void> {
  for (const table of ['batch', 'shard', 'sequenced_event']) await database.query(`DELETE FROM ${table}`);
}

function callsIn({ calls }: InjectedFaults): TriedCall[] {
  const seen = new Map<string, number>();
  const numbered = calls.map(({ point, kind }) => {
    const at = seen.get(point) ?? 0;
    seen.set(point, at + 1);
    return { point, kind, at };
  });
  return numbered.map((call) => ({ ...call, isLast: call.at === (seen.get(call.point) ?? 0) - 1 }));
}

function waysOf(kind: CallKind): string[] {
  const ways = WAYS.filter(([, side]) => kind === 'writes' || side === 'before');
  return ways.map((way) => way.join(' '));
}
