import type { FamilyAudit } from '#client/audit/audit-family.js';
import type { LogAudit } from '#client/audit/audit-log.js';
import type { LogFinding } from '#client/audit/log-finding.js';
import type { Title } from '#exchange/names.js';
import { printable, type Terminal } from '../terminal.js';
import { findingText } from './finding-text.js';

export type TimedAudit = LogAudit & { readonly seconds: number };

/** One log, for people. */
export function showAudit(terminal: Terminal, audit: TimedAudit): void {
  const { place, ok, checkpoint, asked, findings, more, unknownTypes, idsForgotten, confirmed, seconds } = audit;
  const say = (title: Title) => printable(terminal.say(title));
  if (checkpoint === undefined) terminal.line(`${terminal.mark(false)} ${printable(place)}`);
  else {
    const { origin, size, cosignatures } = checkpoint;
    const count = size.toLocaleString('en');
    const took = seconds.toFixed(1);
    const said = {
      en: `${origin}: ${count} entries, every leaf, node and signature checked in ${took} s${ok ? '' : ': damage was found'}`,
      zh: `${origin}：${count} 条记录，${took} 秒内核验了全部叶、节点与签名${ok ? '' : '：发现损坏'}`,
    };
    terminal.line(`${terminal.mark(ok)} ${say(said)}`);
    for (const { name, time } of cosignatures) {
      const at = new Date(time * 1000).toISOString();
      terminal.line(`  · ${say({ en: `cosigned by ${name} at ${at}`, zh: `由 ${name} 于 ${at} 联署` })}`);
    }
    terminal.line(`  · ${say(askedText(asked))}`);
    if (confirmed > 0) {
      const en = `${confirmed} checkpoints that others kept are its past`;
      terminal.line(`  · ${say({ en, zh: `他人保存的 ${confirmed} 个检查点与其历史一致` })}`);
    }
  }
  showFindings(terminal, findings);
  if (more > 0) terminal.line(`  ${say({ en: `and ${more} more findings`, zh: `另有 ${more} 处` })}`);
  for (const [type, count] of unknownTypes) {
    const en = `${count} entries of the type ${type}, which is not known here: only their hashes were checked`;
    terminal.line(`  · ${say({ en, zh: `${count} 条类型为 ${type} 的记录在此版本中未知：仅核验了散列` })}`);
  }
  if (idsForgotten) {
    const en = 'more events than are remembered: one that comes twice far apart is not found. See --remember';
    terminal.line(`  · ${say({ en, zh: '事件数超过可记忆的编号数：相距很远的重复事件不会被发现，见 --remember' })}`);
  }
}

/** What a trust file leaves open that names no witnesses, and a key alone. */
export const NONE_ASKED: Title = {
  en: 'no cosignatures were asked for: nothing says whether others saw the same log',
  zh: '未要求任何联署：无从得知他人所见是否为同一日志',
};

function askedText({ needed, from }: LogAudit['asked']): Title {
  if (needed > 0) return { en: `${needed} cosignatures were asked for`, zh: `要求至少 ${needed} 个联署` };
  if (from === undefined) {
    const { en, zh } = NONE_ASKED;
    return {
      en: `${en}. See --policy, and the witnesses of a trust file`,
      zh: `${zh}。见 --policy，以及信任文件中的见证方`,
    };
  }
  return {
    en: `no cosignatures were asked for: the checkpoint is from before the log had witnesses, which was at size ${from}`,
    zh: `未要求任何联署：该检查点早于日志设立见证方（大小 ${from}）`,
  };
}

/** One log, for scripts. */
export function asJson({ checkpoint, unknownTypes, seconds, ...audit }: TimedAudit) {
  const { origin, size = 0, root, cosignatures } = checkpoint ?? {};
  return {
    ...audit,
    ...(root === undefined ? {} : { origin, size, root: Buffer.from(root).toString('base64'), cosignatures }),
    unknownTypes: Object.fromEntries(unknownTypes),
    seconds,
    ...(seconds > 0 ? { entriesPerSecond: Math.round(size / seconds) } : {}),
  };
}

/** What the list of a family says, and what is wrong with that: after its logs. */
export function showFamily(terminal: Terminal, { place, list, findings, versions }: FamilyAudit): void {
  const ok = findings.length === 0;
  if (list === undefined) terminal.line(`${terminal.mark(ok)} ${printable(place)}`);
  else terminal.line(`${terminal.mark(ok)} ${printable(terminal.say(listText(list, ok)))}`);
  showFindings(terminal, findings);
  for (const one of list === undefined ? [] : versionsText(versions)) {
    terminal.line(`  · ${printable(terminal.say(one))}`);
  }
}

function versionsText({ compared, left }: FamilyAudit['versions']): Title[] {
  const en = `${compared} ${compared === 1 ? 'version' : 'versions'} of the list read, each held against the one before`;
  const given = `${left} more versions of the list were not looked at, after so many findings`;
  const up = left === 0 ? [] : [{ en: given, zh: `发现过多，另有 ${left} 个列表版本未核验` }];
  return [{ en, zh: `已读取列表的 ${compared} 个版本，并逐一与前一版本比对` }, ...up];
}

function listText({ family, version, shards }: NonNullable<FamilyAudit['list']>, ok: boolean): Title {
  const closed = shards.filter((shard) => shard.closed !== undefined).length;
  const [en, zh] = ok
    ? ['all as the root log has them', '均与根日志一致']
    : ['and that is not what the root log has', '与根日志不符'];
  return {
    en: `${family}: version ${version} of the list names ${shards.length} shard${shards.length === 1 ? '' : 's'}, ${closed} of them closed, ${en}`,
    zh: `${family}：列表第 ${version} 版列出 ${shards.length} 个分片，其中 ${closed} 个已关闭，${zh}`,
  };
}

function showFindings(terminal: Terminal, findings: readonly LogFinding[]): void {
  for (const finding of findings) {
    terminal.line(`  ${terminal.mark(false)} ${printable(terminal.say(findingText(finding)))}`);
  }
}

/** The same for scripts. */
export function familyAsJson({ place, ok, list, findings, versions }: FamilyAudit) {
  if (list === undefined) return { place, ok, findings };
  const shards = list.shards.map(({ key, closed }) => {
    return { origin: key.name, state: closed === undefined ? 'open' : 'closed' };
  });
  return { place, ok, findings, origin: list.family, version: list.version, versions, shards };
}
