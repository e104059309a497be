import { z } from 'zod';
import { AlertClient } from '#client/alert-client.js';
import { httpUrl } from '#platform/config/urls.js';
import type { Context } from '../context.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import { readFlags } from '../read-flags.js';
import { aboutText, kindText, stateText } from './alert-text.js';

const time = z.iso.datetime().optional();
const flags = z.object({
  state: z.string().optional(),
  kind: z.string().optional(),
  owner: z.string().min(1).optional(),
  from: time,
  to: time,
  limit: z.coerce.number().int().min(1).max(200),
  cursor: z.string().optional(),
  ledger: httpUrl.optional(),
});

const heads = [
  { en: 'alert', zh: '告警' },
  { en: 'found', zh: '发现时间' },
  { en: 'state', zh: '状态' },
  { en: 'owner', zh: '责任方' },
  { en: 'what', zh: '事项' },
  { en: 'about', zh: '涉及' },
  { en: 'does not fit', zh: '不符之处' },
  { en: 'came after all', zh: '其后补到' },
];

/** `sluice alert list`: nothing to tell is a good end. */
export async function listAlerts(context: Context, _args: readonly string[], options: unknown): Promise<ExitCode> {
  const { ledger, ...query } = readFlags(flags, options);
  const { terminal, settings, fetch, now } = context;
  const client = new AlertClient({ ledger: ledger ?? settings.ledger, fetch, now: () => now().getTime() });
  const page = await client.list(query);
  if (terminal.isJson) terminal.result(page);
  else if (page.items.length === 0) terminal.line(terminal.say({ en: 'none', zh: '无' }));
  else {
    terminal.table(
      heads,
      page.items.map((one) => [
        ...[one.id, one.foundAt, stateText(one.state, terminal), one.owner, kindText(one.kind, terminal)],
        ...[aboutText(one), one.members.join(' '), one.cameAfterAll === 0 ? '' : one.cameAfterAll],
      ]),
    );
    if (page.next !== undefined) {
      terminal.line(terminal.say({ en: `older: --cursor ${page.next}`, zh: `更早：--cursor ${page.next}` }));
    }
  }
  return EXIT.ok;
}
