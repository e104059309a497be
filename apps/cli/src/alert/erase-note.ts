import { z } from 'zod';
import { AlertClient } from '#client/alert-client.js';
import { httpUrl } from '#platform/config/urls.js';
import { erasureGround } from '#privacy/erasure-ground.js';
import type { Context } from '../context.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import { orderFlags, readOrderer } from '../orderer.js';
import { readFlags } from '../read-flags.js';
import { printAlert } from './show-alert.js';

const flags = z.object({ ...orderFlags, ground: erasureGround, ledger: httpUrl.optional() });

/** `sluice alert erase-note` */
export async function eraseNote(
  context: Context,
  [id = '', entry = '']: readonly string[],
  options: unknown,
): Promise<ExitCode> {
  const { ledger, ground, ...orderer } = readFlags(flags, options);
  const { terminal, settings, fetch, now } = context;
  const client = new AlertClient({ ledger: ledger ?? settings.ledger, fetch, now: () => now().getTime() });
  const erasure = { alert: id.toLowerCase(), entry: entry.toLowerCase(), ground };
  const alert = await client.eraseNote(erasure, readOrderer(context, orderer));
  if (terminal.isJson) terminal.result(alert);
  else printAlert(alert, [], terminal);
  return EXIT.ok;
}
