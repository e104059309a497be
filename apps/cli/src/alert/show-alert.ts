import { z } from 'zod';
import { AlertClient } from '#client/alert-client.js';
import type { AlertDetails, AlertNotes } from '#exchange/alert.js';
import type { Context } from '../context.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import { orderFlags, readOrderer } from '../orderer.js';
import { readFlags } from '../read-flags.js';
import { printable, type Terminal } from '../terminal.js';
import { aboutText, kindText, reasonText, stateText } from './alert-text.js';

const flags = z.object({
  notes: z.boolean().default(false),
  ...orderFlags,
  ledger: z.string().optional(),
});

/** `sluice alert show` */
export async function showAlert(context: Context, [id = '']: readonly string[], options: unknown): Promise<ExitCode> {
  const { ledger, notes, ...orderer } = readFlags(flags, options);
  const { terminal, settings, fetch, now } = context;
  const client = new AlertClient({ ledger: ledger ?? settings.ledger, fetch, now: () => now().getTime() });
  const alert = await client.alert(id);
  const noted = notes ? await client.notes(id, readOrderer(context, orderer)) : undefined;
  if (terminal.isJson) terminal.result({ ...alert, ...(noted === undefined ? {} : { notes: noted.items }) });
  else printAlert(alert, noted, terminal);
  return EXIT.ok;
}

export function printAlert(alert: AlertDetails, notes: AlertNotes | undefined, terminal: Terminal): void {
  const line = (title: { en: string; zh: string }, text: string) => {
    if (text !== '') terminal.line(`${terminal.say(title)}: ${printable(text)}`);
  };
  terminal.line(printable(`${alert.id}  ${kindText(alert.kind, terminal)}`));
  line({ en: 'state', zh: '状态' }, stateText(alert.state, terminal));
  line({ en: 'owner', zh: '责任方' }, alert.owner);
  line({ en: 'about', zh: '涉及' }, aboutText(alert));
  line({ en: 'does not fit', zh: '不符之处' }, alert.members.join(' '));
  line({ en: 'came after all', zh: '其后补到' }, alert.cameAfterAll === 0 ? '' : String(alert.cameAfterAll));
  for (const { shard, index, proof } of alert.evidence) {
    line({ en: 'evidence', zh: '证据' }, `${shard}/${index}  ${proof}`);
  }
  terminal.table(
    [
      { en: 'when', zh: '时间' },
      { en: 'what', zh: '事项' },
      { en: 'by', zh: '经办' },
      { en: 'why', zh: '原因' },
    ],
    alert.history.map(({ at, action, by, reason }) => [
      ...[at, terminal.say(actions[action]), by ?? ''],
      reason === undefined ? '' : reasonText(reason, terminal),
    ]),
  );
  for (const { at, note } of notes?.items ?? []) line({ en: 'note', zh: '备注' }, `${at}  ${note}`);
}

const actions = {
  found: { en: 'found', zh: '发现' },
  came: { en: 'what was missing came', zh: '缺失记录补到' },
  explained: { en: 'explained', zh: '说明' },
  resolved: { en: 'resolved', zh: '解决' },
} as const;
