import { z } from 'zod';
import { AlertClient } from '#client/alert-client.js';
import { alertReason } from '#exchange/alert.js';
import { httpUrl } from '#platform/config/urls.js';
import type { Context } from '../context.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import { orderFlags, readOrderer } from '../orderer.js';
import { readFlags } from '../read-flags.js';
import { printAlert } from './show-alert.js';

const flags = z.object({
  reason: alertReason,
  note: z.string().min(1).max(2000).optional(),
  ...orderFlags,
  key: z.string().optional(),
  ledger: httpUrl.optional(),
});

/** `sluice alert explain` and `sluice alert resolve` */
export async function sayOfAlert(
  what: 'explain' | 'resolve',
  context: Context,
  [id = '']: readonly string[],
  options: unknown,
): Promise<ExitCode> {
  const { ledger, reason, note, key, ...orderer } = readFlags(flags, options);
  const { terminal, settings, fetch, now } = context;
  const client = new AlertClient({ ledger: ledger ?? settings.ledger, fetch, now: () => now().getTime() });
  const state = what === 'explain' ? 'explained' : 'resolved';
  const said = { alert: id.toLowerCase(), state, reason, ...(note === undefined ? {} : { note }) } as const;
  const alert = await client.say(said, readOrderer(context, orderer, key));
  if (terminal.isJson) terminal.result(alert);
  else printAlert(alert, [], terminal);
  return EXIT.ok;
}
