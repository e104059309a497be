import { ClientError } from '#client/client-error.js';
import type { EvidenceFile } from '#client/evidence-file.js';
import type { SluiceClient } from '#client/sluice-client.js';
import type { Trust } from '#client/trust.js';
import { verifyReceipt } from '#client/verification/verify-receipt.js';
import type { Receipt } from '#exchange/answer.js';
import type { Context } from '../context.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import { printable } from '../terminal.js';

export interface Proven {
  readonly exitCode: ExitCode;
  readonly receipt?: Receipt;
  /** For scripts. `ok` is absent where there was no trust to verify by. */
  readonly summary: { readonly origin?: string; readonly index?: number; readonly ok?: boolean };
}

export interface ToProve {
  readonly evidence: EvidenceFile;
  readonly id: string;
  readonly trust: Trust | undefined;
  readonly seconds: number;
}

/** Waits until the log has the exchange's entries and verifies them. Data that were shown stay shown: it never throws for them. */
export async function waitForProof(context: Context, client: SluiceClient, asked: ToProve): Promise<Proven> {
  const { terminal } = context;
  const waiting = terminal.say({ en: 'waiting for the log…', zh: '等待日志收录……' });
  const started = context.now().getTime();
  const onWaiting = () => {
    terminal.progress(`${waiting} ${((context.now().getTime() - started) / 1000).toFixed(1)} s`);
  };
  try {
    onWaiting();
    const receipt = await client.receipt(asked.id, { wait: asked.seconds * 1000, onWaiting });
    return tell(context, asked, receipt);
  } catch (error) {
    if (!(error instanceof ClientError)) throw error;
    const later = `sluice receipt ${asked.id}`;
    terminal.note(
      error.code === 'NOT_PROVEN_YET'
        ? terminal.say({ en: `the log does not have it yet. Later: ${later}`, zh: `日志尚未收录。稍后可用：${later}` })
        : terminal.say({
            en: `the proof could not be fetched: ${printable(error.message)}. Later: ${later}`,
            zh: `未能取得证明：${printable(error.message)}。稍后可用：${later}`,
          }),
    );
    return { exitCode: EXIT.notProvenYet, summary: {} };
  }
}

function tell({ terminal }: Context, { evidence, trust, id }: ToProve, receipt: Receipt): Proven {
  const { origin, index } = receipt.decision;
  if (trust === undefined) return { exitCode: EXIT.ok, receipt, summary: { origin, index } };
  const { ok, checks } = verifyReceipt({ ...evidence, receipt }, trust);
  const failed = checks.filter((check) => !check.ok);
  if (!terminal.isJson) {
    const proven = {
      en: `exchange ${id}: entry ${index} of the log ${origin}; ${checks.length} checks passed`,
      zh: `交换 ${id}：日志 ${origin} 第 ${index} 条；${checks.length} 项核验通过`,
    };
    if (ok) terminal.line(`${terminal.mark(true)} ${printable(terminal.say(proven))}`);
    for (const check of failed) terminal.line(`${terminal.mark(false)} ${printable(terminal.say(check.sentence))}`);
  }
  return { exitCode: ok ? EXIT.ok : EXIT.refused, receipt, summary: { origin, index, ok } };
}
