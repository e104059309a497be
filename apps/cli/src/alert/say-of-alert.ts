import { z } from 'zod';
import { AlertClient } from '#client/alert-client.js';
import { alertReason } from '#exchange/alert.js';
import type { Context } from '../context.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import { readKey } from '../named-file.js';
import { readFlags } from '../read-flags.js';
import { printAlert } from './show-alert.js';

const flags = z.object({
  reason: alertReason,
  note: z.string().min(1).max(2000).optional(),
  operatorKey: z.string().optional(),
  ledger: z.string().optional(),
});

/** `sluice alert explain` and `sluice alert resolve` */
export async function sayOfAlert(
  what: 'explain' | 'resolve',
  context: Context,
  [id = '']: readonly string[],
  options: unknown,
): Promise<ExitCode> {
  const { ledger, reason, note, operatorKey } = readFlags(flags, options);
  const { terminal, settings, fetch, now } = context;
  const client = new AlertClient({ ledger: ledger ?? settings.ledger, fetch, now: () => now().getTime() });
  const key = readKey(context, operatorKey ?? settings.operatorKey);
  const state = what === 'explain' ? 'explained' : 'resolved';
  const said = { alert: id.toLowerCase(), state, reason, ...(note === undefined ? {} : { note }) } as const;
  const alert = await client.say(said, key);
  if (terminal.isJson) terminal.result(alert);
  else printAlert(alert, undefined, terminal);
  return EXIT.ok;
}
