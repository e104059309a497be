import { runCli } from '../../apps/cli/src/run-cli.js';

interface AuditedRecords {
  readonly exitCode: number;
  readonly ok: boolean;
  readonly records: number;
  /** Alerts of something else than the findings. */
  readonly otherAlerts: number;
  readonly findings: readonly {
    readonly kind: string;
    readonly owner: string;
    readonly members: string[];
    readonly exchange?: string;
    readonly sequence?: { readonly source: string; readonly from: number; readonly to: number };
    readonly alert?: { readonly id: string; readonly state: string };
  }[];
}

/** `sluice log audit --reconcile` of a ledger, as somebody runs it who has a trust file; nothing is waited for. */
export async function auditRecords(ledger: string, trust: string): Promise<AuditedRecords> {
  const [out, err] = [new Written(), new Written()];
  const asked = ['log', 'audit', ledger, '--reconcile', '--pending-within', '0', '--trust', trust, '--json'];
  const exitCode = await runCli(asked, {
    ...{ variables: {}, root: process.cwd(), folder: process.cwd(), out, err, fetch },
    readStdin: () => Promise.resolve(''),
    now: () => new Date(),
  });
  if (out.text === '') throw new Error(`nothing was audited: ${err.text}`);
  const { families } = JSON.parse(out.text) as { readonly families: readonly { reconciliation: AuditedRecords }[] };
  const [family] = families;
  if (family === undefined) throw new Error('there is no list of shards');
  return { ...family.reconciliation, exitCode };
}

class Written {
  text = '';

  write(text: string): void {
    this.text += text;
  }
}
