import { z } from 'zod';
import { ClientError } from '#client/client-error.js';
import type { EvidenceFile } from '#client/evidence-file.js';
import { SluiceClient, type Asked } from '#client/sluice-client.js';
import type { Trust } from '#client/trust.js';
import { receiptStub, type ReceiptStub } from '#exchange/answer.js';
import type { ExchangeRequestInput } from '#exchange/exchange-request.js';
import { httpUrl } from '#platform/config/urls.js';
import type { Context } from '../context.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import { readKey, readTrustFile, writeText } from '../named-file.js';
import { readFlags } from '../read-flags.js';
import { reportError } from '../report-error.js';
import { questionFlags } from './question.js';
import { readQuestion } from './read-question.js';
import { showData, showUnchecked } from './show-answer.js';
import { waitForProof, type Proven } from './wait-for-proof.js';

const flags = z.object({
  ...questionFlags.shape,
  receipt: z.string().optional(),
  proof: z.boolean(),
  wait: z.coerce.number().min(0).max(3600),
  gateway: httpUrl.optional(),
  key: z.string().optional(),
  trust: z.string().optional(),
});
type Flags = z.output<typeof flags>;

interface Asking {
  readonly context: Context;
  readonly client: SluiceClient;
  readonly trust: Trust | undefined;
  readonly read: Flags;
}

/** `sluice ask`: asks once, shows what came, and waits for the proof of it. */
export async function ask(context: Context, [file]: readonly string[], options: unknown): Promise<ExitCode> {
  const read = readFlags(flags, options);
  const { settings, fetch } = context;
  const trust = readTrustFile(context, read.trust);
  const key = readKey(context, read.key ?? settings.key);
  const client = new SluiceClient({ gateway: read.gateway ?? settings.gateway, key, trust, fetch });
  const asking = { context, client, trust, read };
  const question = await readQuestion(context, client, file, read);
  try {
    return await released(asking, await client.ask(question), question.select);
  } catch (error) {
    if (!(error instanceof ClientError) || error.problem === undefined) throw error;
    return refused(asking, question, error);
  }
}

async function released(asking: Asking, asked: Asked, select: readonly string[]): Promise<ExitCode> {
  const { terminal } = asking.context;
  const { data, claims, receipt: promised, release, request } = asked;
  if (!terminal.isJson) showData(terminal, data, select);
  if (claims === undefined) showUnchecked(terminal);
  const evidence = { request, answer: { data, release }, promised };
  const proven = await prove(asking, evidence, promised);
  if (terminal.isJson) terminal.result({ data, claims, receipt: promised, proof: proven?.summary });
  return proven?.exitCode ?? EXIT.ok;
}

/** A denial has its proof too. It is only fetched where somebody wants to keep it. */
async function refused(asking: Asking, question: ExchangeRequestInput, error: ClientError): Promise<ExitCode> {
  const { terminal } = asking.context;
  const exitCode = reportError(error, terminal);
  const stub = z.looseObject({ receipt: receiptStub }).safeParse(error.problem);
  if (!stub.success || asking.read.receipt === undefined) return exitCode;
  const promised = stub.data.receipt;
  await prove(asking, { request: JSON.stringify(question), promised }, promised);
  return exitCode;
}

async function prove(asking: Asking, evidence: EvidenceFile, { id }: ReceiptStub): Promise<Proven | undefined> {
  const { context, client, trust, read } = asking;
  const keep = (kept: EvidenceFile) => {
    if (read.receipt === undefined) return;
    writeText(context, read.receipt, `${JSON.stringify(kept, undefined, 2)}\n`);
  };
  // At once: whatever happens while we wait, request and answer are kept.
  keep(evidence);
  if (!read.proof) return undefined;
  const proven = await waitForProof(context, client, { evidence, id, trust, seconds: read.wait });
  if (proven.receipt !== undefined) keep({ ...evidence, receipt: proven.receipt });
  return proven;
}
