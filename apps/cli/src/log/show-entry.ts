import { z } from 'zod';
import { LedgerClient } from '#client/ledger-client.js';
import type { Trust } from '#client/trust.js';
import { checkPlace, type EntryKind } from '#client/verification/check-entry.js';
import type { Check } from '#client/verification/check.js';
import type { ProvenEntry } from '#exchange/answer.js';
import { httpUrl } from '#platform/config/urls.js';
import type { Context } from '../context.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import { readTrustFile } from '../named-file.js';
import { readFlags } from '../read-flags.js';
import { printable } from '../terminal.js';
import { NONE_ASKED } from './show-audit.js';

const flags = z.object({ trust: z.string().optional(), ledger: httpUrl.optional() });

const kinds: ReadonlyMap<string, EntryKind> = new Map([
  ['access.decided.v1', 'decision'],
  ['access.released.v1', 'release'],
  ['access.failed.v1', 'failure'],
  ['access.erased.v1', 'erasure'],
  ['alert.changed.v1', 'change'],
]);

/** `sluice log entry`: every entry of one exchange, as the log has it. */
export async function showEntry(context: Context, [id = '']: readonly string[], options: unknown): Promise<ExitCode> {
  const { trust: file, ledger: url } = readFlags(flags, options);
  const { terminal, settings, fetch } = context;
  const trust = readTrustFile(context, file);
  const entries = await new LedgerClient({ ledger: url ?? settings.ledger, fetch }).event(id);
  const checked = entries.map((one) => ({ ...one, checks: check(one, trust) }));
  const needed = trust?.witnesses?.quorum ?? 0;
  if (terminal.isJson) terminal.result({ id, entries: checked, asked: { needed } });
  else {
    for (const { origin, index, entry, checks } of checked) {
      terminal.line(printable(`${origin} ${index}`));
      terminal.line(JSON.stringify(JSON.parse(entry), undefined, 2));
      for (const { ok, sentence } of checks) terminal.line(`${terminal.mark(ok)} ${printable(terminal.say(sentence))}`);
      terminal.line();
    }
    if (trust === undefined) {
      terminal.note(terminal.say({ en: 'not checked: there is no trust file', zh: '未核验：没有信任文件' }));
    } else if (needed === 0) terminal.note(terminal.say(NONE_ASKED));
  }
  return checked.every(({ checks }) => checks.every(({ ok }) => ok)) ? EXIT.ok : EXIT.refused;
}

function check(one: ProvenEntry & { readonly type: string }, trust: Trust | undefined): readonly Check[] {
  return trust === undefined ? [] : checkPlace(kinds.get(one.type) ?? 'decision', one, trust);
}
