import { z } from 'zod';
import type { EvidenceFile } from '#client/evidence-file.js';
import { SluiceClient } from '#client/sluice-client.js';
import { httpUrl } from '#platform/config/urls.js';
import { CliError } from '../cli-error.js';
import type { Context } from '../context.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import { readKey, writeText } from '../named-file.js';
import { readFlags } from '../read-flags.js';
import { readEvidence } from './read-evidence.js';

const flags = z.object({
  out: z.string().optional(),
  wait: z.coerce.number().min(0).max(3600),
  gateway: httpUrl.optional(),
  key: z.string().optional(),
});

/** `sluice receipt`: by an id, or by the file that waits for it. */
export async function fetchReceipt(
  context: Context,
  [named = '']: readonly string[],
  options: unknown,
): Promise<ExitCode> {
  const { out, wait, ...read } = readFlags(flags, options);
  const { settings, fetch, terminal } = context;
  const { id, evidence, file } = whichExchange(context, named);
  const key = readKey(context, read.key ?? settings.key);
  const client = new SluiceClient({ gateway: read.gateway ?? settings.gateway, key, fetch });
  const waiting = terminal.say({ en: 'waiting for the log…', zh: '等待日志收录……' });
  const onWaiting = () => {
    terminal.progress(waiting);
  };
  const receipt = await client.receipt(id, { wait: wait * 1000, onWaiting });
  keep(context, { ...evidence, receipt }, out ?? file);
  return EXIT.ok;
}

interface Exchange {
  readonly id: string;
  readonly evidence: EvidenceFile;
  /** Absent where only an id was named. */
  readonly file?: string;
}

function whichExchange(context: Context, named: string): Exchange {
  if (z.uuid().safeParse(named).success) return { id: named, evidence: {} };
  const evidence = readEvidence(context, named);
  const id = evidence.promised?.id ?? evidence.receipt?.id;
  if (id === undefined)
    throw new CliError('USAGE', { en: `${named} names no exchange`, zh: `${named} 中没有交换编号` });
  return { id, evidence, file: named };
}

function keep(context: Context, evidence: EvidenceFile, file: string | undefined): void {
  const { terminal } = context;
  if (file === undefined) {
    terminal.result(evidence.receipt);
    return;
  }
  writeText(context, file, `${JSON.stringify(evidence, undefined, 2)}\n`);
  if (terminal.isJson) terminal.result({ file, id: evidence.receipt?.id });
  else terminal.line(terminal.say({ en: `${file}: sluice verify ${file}`, zh: `${file}：sluice verify ${file}` }));
}
