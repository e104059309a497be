import { z } from 'zod';
import { verifyReceipt } from '#client/verification/verify-receipt.js';
import { CliError } from '../cli-error.js';
import type { Context } from '../context.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import { readTrustFile } from '../named-file.js';
import { readFlags } from '../read-flags.js';
import { readEvidence } from './read-evidence.js';
import { showVerification } from './show-verification.js';

const flags = z.object({ trust: z.string().optional() });

/** `sluice verify`: everything from two files. */
export function verify(context: Context, [file = '']: readonly string[], options: unknown): Promise<ExitCode> {
  const trust = readTrustFile(context, readFlags(flags, options).trust);
  if (trust === undefined) {
    const { trust: usual } = context.settings;
    throw new CliError('FILE_UNREADABLE', {
      en: `there is no trust file at ${usual}: give --trust FILE`,
      zh: `${usual} 处没有信任文件：请用 --trust 指定`,
    });
  }
  const { receipt, request, promised, answer } = readEvidence(context, file);
  if (receipt === undefined) {
    throw new CliError('USAGE', {
      en: `${file} holds no proof yet. First: sluice receipt ${file}`,
      zh: `${file} 尚不含证明。请先执行：sluice receipt ${file}`,
    });
  }
  const verification = verifyReceipt({ receipt, request, promised, answer }, trust);
  const { terminal } = context;
  if (terminal.isJson) terminal.result({ id: receipt.id, ...verification });
  else showVerification(terminal, receipt, verification);
  return Promise.resolve(verification.ok ? EXIT.ok : EXIT.refused);
}
