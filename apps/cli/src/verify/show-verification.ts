import type { ReceiptVerification } from '#client/verification/verify-receipt.js';
import type { Receipt } from '#exchange/answer.js';
import { printable, type Terminal } from '../terminal.js';

export function showVerification(terminal: Terminal, receipt: Receipt, verification: ReceiptVerification): void {
  const { ok, checks, notProven, decision } = verification;
  const say = terminal.say.bind(terminal);
  if (decision !== undefined) {
    const { time, consumer, outcome, resource = '–', purpose = '–', reason = '' } = decision;
    const decided = { permit: { en: 'permitted', zh: '准许' }, deny: { en: 'denied', zh: '拒绝' } }[outcome];
    terminal.line(printable(`${receipt.id}  ${time}`));
    terminal.line(printable(`${consumer} → ${resource}  ${purpose}  ${say(decided)} ${reason}`.trimEnd()));
    terminal.line();
  }
  terminal.line(say({ en: 'Checked:', zh: '核验：' }));
  for (const check of checks) terminal.line(`  ${terminal.mark(check.ok)} ${printable(say(check.sentence))}`);
  terminal.line();
  terminal.line(say({ en: 'Not proven by this:', zh: '未证明：' }));
  for (const sentence of notProven) terminal.line(`  · ${say(sentence)}`);
  terminal.line();
  terminal.line(
    ok
      ? `${terminal.mark(true)} ${say({ en: 'The receipt holds.', zh: '凭证成立。' })}`
      : `${terminal.mark(false)} ${say({ en: 'The receipt does not hold. Do not rely on it.', zh: '凭证不成立，请勿采信。' })}`,
  );
}
