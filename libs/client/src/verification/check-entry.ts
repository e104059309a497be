import type { ProvenEntry } from '#exchange/answer.js';
import { canonicalJson } from '#exchange/commitment.js';
import type { Title } from '#exchange/names.js';
import type { EventContract, EventEntry } from '#events/contract.js';
import type { OpenedCheckpoint } from '#merkle/open-checkpoint.js';
import { parseNote } from '#merkle/signed-note.js';
import { parseTlogProof, verifyTlogProof } from '#merkle/tlog-proof.js';
import { leafHash } from '#merkle/tree-hash.js';
import { logTrustOf, type Trust } from '../trust.js';
import { fail, pass, reasonOf, type Check } from './check.js';
import { checkWitnessed } from './check-witnessed.js';

export type EntryKind = 'decision' | 'release' | 'failure' | 'erasure' | 'change';
const named = {
  decision: { en: 'the decision', zh: '授权决定' },
  release: { en: "the department's release", zh: '提供部门的放行' },
  failure: { en: 'the failure', zh: '未提供数据的情况' },
  erasure: { en: 'the erasure of the details', zh: '细节的删除' },
  change: { en: 'the change of the alert', zh: '告警处理' },
} as const;

/**
 * Whether a checkpoint that a trusted log signed contains these very bytes at this index, and where the trust file names
 * witnesses, whether enough of them cosigned it.
 */
export function checkPlace(kind: EntryKind, proven: ProvenEntry, trust: Trust): readonly Check[] {
  const name = `${kind}-in-log` as const;
  const { en, zh } = named[kind];
  const { origin, index } = proven;
  try {
    const checkpoint = openProof(proven, trust);
    const check = pass(
      name,
      `Entry ${index} of the log ${origin} records ${en}, byte for byte: the log signed a tree of ${checkpoint.size} entries that holds it.`,
      `日志 ${origin} 的第 ${index} 条记录逐字节记载了${zh}：日志已签署包含它的 ${checkpoint.size} 条记录的树。`,
    );
    return [check, ...checkWitnessed(`${kind}-witnessed`, checkpoint, trust)];
  } catch (error) {
    const reason = reasonOf(error);
    const sentences = [
      `It is not shown that the log records ${en}: ${reason}.`,
      `未能证明日志记载了${zh}：${reason}。`,
    ] as const;
    return [fail(name, ...sentences)];
  }
}

/** Throws where the proof does not hold, or the witnesses that the receipt names are not those that signed. */
function openProof({ entry, origin, index, proof, quorum }: ProvenEntry, trust: Trust): OpenedCheckpoint {
  const read = parseTlogProof(proof);
  if (read.index !== index) throw new Error(`the proof is for entry ${read.index}, not ${index}`);
  const signed = new Set(parseNote(read.checkpoint).signatures.map(({ name }) => name));
  const missing = quorum?.cosigned.find((name) => !signed.has(name));
  if (missing !== undefined) throw new Error(`it names the witness ${missing}, which did not sign`);
  return verifyTlogProof(read, leafHash(Buffer.from(entry, 'utf8')), logTrustOf(trust, origin));
}

/** What an entry is about, by its id. */
const about = { en: 'exchange', zh: '交换' };
const subjects: Readonly<Record<EntryKind, Title>> = {
  ...{ decision: about, release: about, failure: about, erasure: about },
  change: { en: 'event', zh: '事件' },
};

/** The entry's content, where it is one of this contract about this exchange, or of this event, and nothing else. */
export function readEntry<Entry extends EventEntry>(
  kind: EntryKind,
  text: string,
  contract: EventContract<Entry>,
  id: string,
): { readonly entry: Entry; readonly check: Check } | { readonly entry?: undefined; readonly check: Check } {
  const name = `${kind}-entry` as const;
  const { en, zh } = named[kind];
  const of = subjects[kind];
  try {
    const json = JSON.parse(text) as unknown;
    if (canonicalJson(json) !== text) throw new Error('it is not in canonical form (RFC 8785)');
    const result = contract.schema.safeParse(json);
    if (!result.success) throw new Error(`it is no ${contract.type}`);
    if (result.data.id !== id) throw new Error(`it is about another ${of.en}`);
    const sentences = [`The entry of ${en} is about ${of.en} ${id}.`, `${zh}的记录属于${of.zh} ${id}。`] as const;
    return { entry: result.data, check: pass(name, ...sentences) };
  } catch (error) {
    const reason = reasonOf(error);
    return { check: fail(name, `The entry of ${en} cannot be used: ${reason}.`, `${zh}的记录不可用：${reason}。`) };
  }
}
