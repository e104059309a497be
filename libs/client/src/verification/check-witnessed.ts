import type { OpenedCheckpoint } from '#merkle/open-checkpoint.js';
import { countQuorum, type QuorumReport } from '#merkle/witness-policy.js';
import type { Trust } from '../trust.js';
import { fail, pass, type Check, type CheckName } from './check.js';

type Name = Extract<CheckName, `${string}-witnessed`>;

/**
 * Whether enough witnesses cosigned the checkpoint: then nobody was shown another history without their help. One check, and
 * none where the trust file names no witnesses. Checkpoints from before there were any pass, and it says so.
 */
export function checkWitnessed(name: Name, checkpoint: OpenedCheckpoint, trust: Trust): Check[] {
  if (trust.witnesses === undefined) return [];
  const report = countQuorum(checkpoint.cosignatures, trust.witnesses);
  const { needed, cosigned } = report;
  const [en, zh] = describe(report);
  if (report.met) {
    const names = cosigned.length === 0 ? ['', ''] : [`: ${cosigned.join(', ')}`, `：${cosigned.join('、')}`];
    return [
      pass(name, `${en}, and ${needed} are needed${names[0] ?? ''}.`, `${zh}，至少需 ${needed} 个${names[1] ?? ''}。`),
    ];
  }
  const from = trust.witnessedFrom.get(checkpoint.origin) ?? 0;
  if (checkpoint.size < from) {
    return [
      pass(
        name,
        `The checkpoint has ${checkpoint.size} entries and is from before the log had witnesses, which was at ${from}. ${en}.`,
        `该检查点有 ${checkpoint.size} 条记录，早于日志设立见证方（第 ${from} 条起）。${zh}。`,
      ),
    ];
  }
  const missing = report.missing.join(', ');
  return [
    fail(
      name,
      `${en}, and ${needed} are needed. Missing: ${missing}.`,
      `${zh}，至少需 ${needed} 个。缺少：${report.missing.join('、')}。`,
    ),
  ];
}

function describe({ cosigned, missing }: QuorumReport): readonly [string, string] {
  const all = cosigned.length + missing.length;
  return [
    `${cosigned.length} of the ${all} witnesses that the trust file names cosigned the checkpoint`,
    `信任文件所列的 ${all} 个见证方中有 ${cosigned.length} 个联署了该检查点`,
  ];
}
