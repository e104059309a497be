import { z } from 'zod';
import { AlertClient } from '#client/alert-client.js';
import type { AlertDetails } from '#exchange/alert.js';
import { httpUrl } from '#platform/config/urls.js';
import type { Context } from '../context.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import { orderFlags, readOrderer } from '../orderer.js';
import { readFlags } from '../read-flags.js';
import { printable, type Terminal } from '../terminal.js';
import { aboutText, kindText, reasonText, stateText } from './alert-text.js';
import { checkNotes, exitOf, standingTexts, type NoteWithChecks } from './checked-notes.js';

const flags = z.object({
  notes: z.boolean().default(false),
  ...orderFlags,
  ledger: httpUrl.optional(),
});

/** `sluice alert show` */
export async function showAlert(context: Context, [id = '']: readonly string[], options: unknown): Promise<ExitCode> {
  const { ledger, notes, ...orderer } = readFlags(flags, options);
  const { terminal, settings, fetch, now } = context;
  const url = ledger ?? settings.ledger;
  const client = new AlertClient({ ledger: url, fetch, now: () => now().getTime() });
  const alert = await client.alert(id);
  if (!notes) {
    if (terminal.isJson) terminal.result(alert);
    else printAlert(alert, [], terminal);
    return EXIT.ok;
  }
  const { items } = await client.notes(id, readOrderer(context, orderer));
  const noted = await checkNotes(context, items, { ledger: url, trust: orderer.trust });
  if (terminal.isJson) terminal.result({ ...alert, notes: noted });
  else printAlert(alert, noted, terminal);
  return exitOf(noted);
}

export function printAlert(alert: AlertDetails, notes: readonly NoteWithChecks[], terminal: Terminal): void {
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
    alert.history.map(({ at, action, by, party, reason }) => [
      ...[at, terminal.say(actions[action]), [party, by].filter((one) => one !== undefined).join(' ')],
      reason === undefined ? '' : reasonText(reason, terminal),
    ]),
  );
  printNotes(alert, notes, terminal);
}

/** Those that are there, each by its entry and with what the log says of it; and of those that are gone who had it so. */
function printNotes({ history }: AlertDetails, notes: readonly NoteWithChecks[], terminal: Terminal): void {
  for (const { entry, at, note, standing, checks } of notes) {
    terminal.line(printable(`${terminal.say({ en: 'note', zh: '备注' })}: ${at}  ${entry}  ${note}`));
    const isGood = standing === 'committed';
    terminal.line(`  ${terminal.mark(isGood)} ${terminal.say(standingTexts[standing])}`);
    for (const { ok, sentence } of checks) {
      if (!ok) terminal.line(printable(`    ${terminal.mark(ok)} ${terminal.say(sentence)}`));
    }
  }
  for (const { entry, erased } of history) {
    if (erased === undefined) continue;
    const { at, by, ground } = erased;
    terminal.line(
      printable(`${terminal.say({ en: 'note erased', zh: '备注已删除' })}: ${at}  ${entry}  ${ground}  ${by}`),
    );
  }
}

const actions = {
  found: { en: 'found', zh: '发现' },
  came: { en: 'what was missing came', zh: '缺失记录补到' },
  explained: { en: 'explained', zh: '说明' },
  resolved: { en: 'resolved', zh: '解决' },
} as const;
