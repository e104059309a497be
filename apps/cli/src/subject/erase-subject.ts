import { z } from 'zod';
import { ClientError } from '#client/client-error.js';
import { ERASURE_TIMEOUT_MS, eraseAtAdapter, type Erasure } from '#client/erasure.js';
import { collect } from '#client/pages.js';
import { erasureGround } from '#privacy/erasure-ground.js';
import { CliError } from '../cli-error.js';
import type { Context } from '../context.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import { adminClient, operatorFlags } from '../operator.js';
import { orderFlags, readOrderer } from '../orderer.js';
import { readFlags } from '../read-flags.js';
import { reasonFor } from '../report-error.js';

const flags = z.object({
  ...operatorFlags,
  ...orderFlags,
  ground: erasureGround,
  dryRun: z.boolean().default(false),
  exchange: z.array(z.uuid()).default([]),
});

/** What became of it at one service. `problem` where it could not be done there. */
interface Outcome {
  readonly service: string;
  readonly exchanges: readonly string[];
  readonly problem?: string;
}

type EraseAt = (erasure: Erasure) => Promise<{ readonly exchanges: readonly string[] }>;

/**
 * Departments know of exchanges that named somebody else and were answered about this person, so they are asked first,
 * and destroy last: whatever is down in between, the same command finds the rest when it is run again.
 */
export async function eraseSubject(context: Context, [named]: readonly string[], options: unknown): Promise<ExitCode> {
  const { ground, dryRun, exchange, ...operator } = readFlags(flags, options);
  const subject = named === '-' ? (await context.readStdin()).trim() : named;
  if ((subject ?? '') === '' && exchange.length === 0) {
    throw new CliError('USAGE', { en: 'name a subject or an exchange', zh: '请指定个人标识或交换编号' });
  }
  const admin = adminClient(context, operator, ERASURE_TIMEOUT_MS);
  const adapters = await adaptersOf(context, operator, admin);
  const erasure = { ...((subject ?? '') === '' ? {} : { subject }), ground };
  const looked = await atEach(context, adapters, { ...erasure, exchanges: exchange, dryRun: true });
  const known = [...new Set([...exchange, ...looked.flatMap(({ exchanges }) => exchanges)])];
  const { exchanges: own } = await admin.erase({ ...erasure, exchanges: known, dryRun });
  const gateway = { service: 'gateway', exchanges: own };
  const all = [...new Set([...known, ...own])];
  const reached = adapters.filter((_, at) => looked[at]?.problem === undefined);
  const erased = dryRun ? [] : await atEach(context, reached, { ...erasure, exchanges: all, dryRun: false });
  const done = dryRun ? looked : [...erased, ...looked.filter(({ problem }) => problem !== undefined)];
  return show(context, [gateway, ...done], { ground, dryRun });
}

async function adaptersOf(
  context: Context,
  operator: Parameters<typeof readOrderer>[1],
  admin: ReturnType<typeof adminClient>,
): Promise<readonly (readonly [string, EraseAt])[]> {
  const by = readOrderer(context, operator);
  const now = () => context.now().getTime();
  const departments = await collect(admin.departments());
  return departments.flatMap(({ id: department, adapterUrl: url }) => {
    if (url === undefined) return [];
    const { fetch } = context;
    return [
      [`adapter/${department}`, (erasure) => eraseAtAdapter(erasure, { url, department, by, fetch, now })] as const,
    ];
  });
}

function atEach(
  { terminal }: Context,
  adapters: readonly (readonly [string, EraseAt])[],
  erasure: Erasure,
): Promise<readonly Outcome[]> {
  return Promise.all(
    adapters.map(async ([service, erase]) => {
      try {
        const { exchanges } = await erase(erasure);
        return { service, exchanges };
      } catch (error) {
        if (!(error instanceof ClientError)) throw error;
        return { service, exchanges: [], problem: reasonFor(error, terminal) };
      }
    }),
  );
}

function show(
  { terminal }: Context,
  outcomes: readonly Outcome[],
  { ground, dryRun }: Pick<Erasure, 'ground' | 'dryRun'>,
): ExitCode {
  const isWhole = outcomes.every(({ problem }) => problem === undefined);
  if (terminal.isJson) {
    const services = outcomes.map(({ exchanges, ...one }) => ({ ...one, details: exchanges.length, exchanges }));
    terminal.result({ dryRun, ground, complete: isWhole, services });
  } else {
    const count = dryRun ? { en: 'would be destroyed', zh: '将销毁' } : { en: 'destroyed', zh: '已销毁' };
    const heads = [{ en: 'service', zh: '服务' }, count, { en: 'why not', zh: '未完成原因' }];
    terminal.table(
      heads,
      outcomes.map(({ service, exchanges, problem }) => [service, exchanges.length, problem ?? '']),
    );
    if (!isWhole) {
      const again = {
        en: 'Not everywhere: run it again once the rest can be reached.',
        zh: '未全部完成：待其余服务可用后请重新执行。',
      };
      terminal.note(terminal.say(again));
    }
  }
  return isWhole ? EXIT.ok : EXIT.unreachable;
}
