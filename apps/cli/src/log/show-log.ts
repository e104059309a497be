import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { LedgerClient } from '#client/ledger-client.js';
import { httpUrl } from '#platform/config/urls.js';
import type { Context } from '../context.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import { readFlags } from '../read-flags.js';
import { entryColumns, entryHeads, entryLine } from './entry-columns.js';

const flags = z.object({
  limit: z.coerce.number().int().min(1).max(200),
  cursor: z.string().optional(),
  shard: z.coerce.number().int().min(0).optional(),
  follow: z.boolean().default(false),
  ledger: httpUrl.optional(),
});

const FOLLOW_EVERY_MS = 1000;

/** `sluice log show`: newest first; with `--follow` oldest first, and then as they come. */
export async function showLog(context: Context, _args: readonly string[], options: unknown): Promise<ExitCode> {
  const { follow, ledger: url, limit, cursor, shard } = readFlags(flags, options);
  const { terminal, settings, fetch } = context;
  const ledger = new LedgerClient({ ledger: url ?? settings.ledger, fetch });
  const asked = { limit, ...(cursor === undefined ? {} : { cursor }), ...(shard === undefined ? {} : { shard }) };
  if (follow) return followLog(context, ledger, asked);
  const page = await ledger.entries(asked);
  if (terminal.isJson) terminal.result(page);
  else {
    terminal.table(
      entryHeads,
      page.entries.map((one) => entryColumns(one, terminal)),
    );
    if (page.next !== undefined) {
      terminal.line(terminal.say({ en: `older: --cursor ${page.next}`, zh: `更早：--cursor ${page.next}` }));
    }
  }
  return EXIT.ok;
}

interface Asked {
  readonly limit: number;
  readonly shard?: number;
}

async function followLog({ terminal }: Context, ledger: LedgerClient, asked: Asked): Promise<never> {
  /** For each shard, the index below which everything was shown. */
  const shown = new Map<number, number>();
  for (;;) {
    const { entries } = await ledger.entries(asked);
    const fresh = entries.filter(({ shard, index }) => index >= (shown.get(shard) ?? 0)).toReversed();
    for (const entry of fresh) {
      terminal.line(terminal.isJson ? JSON.stringify(entry) : entryLine(entry, terminal));
      shown.set(entry.shard, Math.max(shown.get(entry.shard) ?? 0, entry.index + 1));
    }
    await pause(FOLLOW_EVERY_MS);
  }
}
