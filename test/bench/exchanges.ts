import { join } from 'node:path';
import { LedgerClient } from '#client/ledger-client.js';
import type { Trust } from '#client/trust.js';
import type { ExchangeRequestInput } from '#exchange/exchange-request.js';
import { urlOf } from '../../apps/launcher/src/setup/plan.js';
import { startBareExchange } from './bare/bare-exchange.js';
import { inTurn } from './in-turn.js';
import { residentIds, type BenchInstallation } from './bench-installation.js';
import { load, percentiles, type LoadResult, type PreparedRequest } from './load.js';
import { startScript } from './processes.js';
import { processorTimeEach, usage, type ProcessorTime } from './processor-time.js';
import { pacedLoad } from './paced-load.js';
import { timesToProvable } from './provable.js';
import { signedRequests } from './signed-requests.js';

export interface Comparison {
  readonly connections: number;
  readonly direct: LoadResult;
  /** Hops, signatures and commits of an exchange, and nothing else. */
  readonly bare: LoadResult;
  readonly sluice: LoadResult;
  /** Throughput of the exchange over that of the direct call. */
  readonly ratio: number;
  /** Processor time of Sluice's processes for one exchange. Microseconds. */
  readonly cpuMicros: ProcessorTime;
}

/** From an exchange's answer to its proof, for exchanges that were each proven to the caller. */
export interface Provable {
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  readonly samples: number;
  /** How many witnesses must have cosigned what proves it, and how many there are. */
  readonly witnesses: { readonly needed: number; readonly of: number };
}

export interface Exchanges {
  readonly throughput: readonly Comparison[];
  readonly halfLoad: {
    readonly perSecond: number;
    readonly direct: LoadResult;
    readonly bare: LoadResult;
    readonly sluice: LoadResult;
    /** By the exchange to the direct call. Milliseconds. */
    readonly addedP50: number;
    readonly addedP99: number;
    readonly provable: Provable;
  };
  /** How many exchanges were answered in all, while warming up too. */
  readonly answered: number;
}

const SYSTEM = 'housing/eligibility';
const SELECT = ['resident_id', 'name', 'birth_date', 'household_id', 'household_size', 'district', 'registered_since'];
const COLUMNS = 'id_number,full_name,birth_date,household_no,household_size,district_name,registered_since';
/** More than this machine answers in a second: a signed request can be used once. */
const MOST_PER_SECOND = 4000;
/**
 * Until the engine has compiled what is hot: a service runs for months, not for seconds, and an exchange costs a quarter
 * more in the first minute. In rounds, because signed requests age.
 */
const WARM_UP_ROUNDS = 4;
const WARM_UP_SECONDS = 15;

/** Of exchanges that are followed to their proof: fewer have no 99th percentile. */
const FEWEST_PROVEN = 200;

interface Side {
  readonly url: string;
  readonly next: () => PreparedRequest;
}

interface Sides {
  readonly direct: Side;
  readonly bare: Side;
  readonly sluice: { readonly url: string; readonly sign: (count: number) => () => PreparedRequest };
  readonly ledgerUrl: string;
  readonly trust: Trust;
}

/** The same look-up of one resident by id, both ways, by the same load generator, in turn. */
export async function compareExchanges(
  running: BenchInstallation,
  connections: readonly number[],
  seconds: number,
  say: (line: string) => void,
): Promise<Exchanges> {
  const ids = await residentIds(running.populationUrl);
  const table = [running.populationUrl, 'register.resident_register', 'id_number', COLUMNS];
  const direct = await startScript(join(import.meta.dirname, 'bare', 'direct.main.js'), table);
  const bare = await startBareExchange(running.adminUrl, table, ids);
  try {
    const sides = { ...sidesOf(running, ids, direct.firstLine), bare };
    say('warming up');
    const warmUp: Comparison[] = [];
    for (let round = 0; round < WARM_UP_ROUNDS; round += 1) warmUp.push(await measure(sides, 64, WARM_UP_SECONDS));
    const throughput: Comparison[] = [];
    for (const count of connections) {
      say(`${String(count)} connections`);
      throughput.push(await measure(sides, count, seconds));
    }
    const best = Math.max(...throughput.map((one) => one.sluice.perSecond));
    say('half load');
    const halfLoad = await atRate(sides, Math.floor(best / 2), seconds);
    say('following exchanges to their proofs');
    const { provable, answered } = await followed(sides, Math.floor(best / 2), seconds);
    const loads = [...warmUp, ...throughput, halfLoad].map((one) => one.sluice.requests);
    return {
      throughput,
      halfLoad: { ...halfLoad, provable },
      answered: loads.reduce((sum, count) => sum + count, answered),
    };
  } finally {
    await direct.stop();
    await bare.stop();
  }
}

function sidesOf(
  { installation, trust }: BenchInstallation,
  ids: readonly string[],
  directUrl: string,
): Omit<Sides, 'bare'> {
  const { plan, keys } = installation;
  const file = keys.systems.get(SYSTEM);
  if (file === undefined) throw new Error(`${SYSTEM} has no key`);
  const [nextDirect, nextAsked] = [inTurn(ids), inTurn(ids)];
  return {
    ledgerUrl: urlOf(plan.ledger),
    trust,
    direct: {
      url: directUrl,
      next: () => ({
        path: '/records',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ id: nextDirect() }),
      }),
    },
    sluice: {
      url: urlOf(plan.gateway),
      sign: (count) => {
        const ready = signedRequests(`127.0.0.1:${String(plan.gateway)}`, file.key, count, () => question(nextAsked()));
        return () => {
          const next = ready.pop();
          if (next === undefined) throw new Error('more requests were sent than were signed beforehand');
          return next;
        };
      },
    },
  };
}

function question(id: string): ExchangeRequestInput {
  return {
    resource: 'population/residents',
    mode: 'records',
    purpose: 'gov:HousingEligibility',
    basis: { law: '公共租赁住房管理办法', article: '第九条' },
    case: '杭住保〔2026〕审字第00417号',
    officer: '住房保障局/王敏',
    select: SELECT,
    where: [{ field: 'resident_id', op: 'eq', value: id }],
  };
}

async function measure({ direct, bare, sluice }: Sides, connections: number, seconds: number): Promise<Comparison> {
  const plain = await load({ ...direct, connections, seconds });
  const shape = await load({ ...bare, connections, seconds });
  const next = sluice.sign(MOST_PER_SECOND * seconds);
  const before = usage();
  const exchanged = await load({ url: sluice.url, next, connections, seconds });
  const cpuMicros = processorTimeEach(before, usage(), exchanged.requests);
  requireAnswers(plain, shape, exchanged);
  return {
    connections,
    direct: plain,
    bare: shape,
    sluice: exchanged,
    ratio: exchanged.perSecond / plain.perSecond,
    cpuMicros,
  };
}

const PACED_CONNECTIONS = 64;

async function atRate(sides: Sides, rate: number, seconds: number): Promise<Omit<Exchanges['halfLoad'], 'provable'>> {
  const paced = { connections: PACED_CONNECTIONS, seconds, rate };
  const direct = await pacedLoad({ ...sides.direct, ...paced });
  const bare = await pacedLoad({ ...sides.bare, ...paced });
  const sluice = await pacedLoad({ url: sides.sluice.url, next: signedFor(sides, rate, seconds), ...paced });
  requireAnswers(direct, bare, sluice);
  return {
    perSecond: rate,
    direct,
    bare,
    sluice,
    addedP50: sluice.p50 - direct.p50,
    addedP99: sluice.p99 - direct.p99,
  };
}

/**
 * At the same rate once more, in as many rounds as it takes: looking for proofs is load too, and would be in the times
 * above. In rounds, because signed requests age.
 */
async function followed(
  sides: Sides,
  rate: number,
  seconds: number,
): Promise<{ readonly provable: Provable; readonly answered: number }> {
  const { sluice, ledgerUrl, trust } = sides;
  const ledger = new LedgerClient({ ledger: ledgerUrl });
  const times: number[] = [];
  let beside = 0;
  while (times.length < FEWEST_PROVEN) {
    const next = signedFor(sides, rate, seconds);
    const load = pacedLoad({ url: sluice.url, next, connections: PACED_CONNECTIONS, seconds, rate });
    times.push(...(await timesToProvable({ gateway: sluice.url, ledger, trust, next }, load)));
    const loaded = await load;
    requireAnswers(loaded);
    beside += loaded.requests;
  }
  const witnesses = { needed: trust.witnesses?.quorum ?? 0, of: trust.witnesses?.witnesses.length ?? 0 };
  return { provable: { ...percentiles(times), samples: times.length, witnesses }, answered: beside + times.length };
}

function signedFor({ sluice }: Sides, rate: number, seconds: number): () => PreparedRequest {
  return sluice.sign((rate + 100) * seconds * 2);
}

/** A refusal is quicker than an answer: a run with refusals would measure nothing. */
function requireAnswers(...results: readonly LoadResult[]): void {
  const failed = results.reduce((sum, one) => sum + one.failed, 0);
  if (failed > 0) throw new Error(`${String(failed)} requests were not answered with 200`);
}
