import { z } from 'zod';
import { LedgerClient } from '#client/ledger-client.js';
import { collect } from '#client/pages.js';
import { readTrust, trustFile, usableTrustFile } from '#client/trust.js';
import { trustedLogs } from '#client/trusted-logs.js';
import { httpUrl } from '#platform/config/urls.js';
import type { Context } from '../context.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import { readDocumentIfThere, writeText } from '../named-file.js';
import { adminClient, operatorFlags } from '../operator.js';
import { readFlags } from '../read-flags.js';

const flags = z.object({ ...operatorFlags, out: z.string().optional(), ledger: httpUrl.optional() });

export async function exportTrust(context: Context, _args: readonly string[], options: unknown): Promise<ExitCode> {
  const { out, ledger, ...read } = readFlags(flags, options);
  const { terminal, settings, fetch } = context;
  const before = out === undefined ? undefined : readDocumentIfThere(context, out, usableTrustFile);
  const logs = new LedgerClient({ ledger: ledger ?? settings.ledger, fetch });
  const ofLogs = await trustedLogs(logs, context.now(), before);
  const departments = await collect(adminClient(context, read).departments());
  const trust = trustFile.parse({
    ...ofLogs,
    departments: departments.filter(({ keys }) => keys.length > 0).map(({ id, keys }) => ({ id, keys })),
  });
  readTrust(trust);
  if (out === undefined) terminal.result(trust);
  else {
    writeText(context, out, `${JSON.stringify(trust, undefined, 2)}\n`);
    if (terminal.isJson) terminal.result({ file: out, logs: trust.logs.length, departments: trust.departments.length });
    else terminal.line(out);
  }
  return EXIT.ok;
}
