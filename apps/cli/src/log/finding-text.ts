import type { LogFinding, LogFindingCode } from '#client/audit/log-finding.js';
import type { Title } from '#exchange/names.js';

const what: Readonly<Record<LogFindingCode, Title>> = {
  TILE_MISSING: { en: 'the file is missing', zh: '文件缺失' },
  TILE_LENGTH: { en: 'the file is longer or shorter than the log’s size asks for', zh: '文件长度与日志大小不符' },
  BUNDLE_MALFORMED: { en: 'the entries break off, or are too many', zh: '记录中断，或条数过多' },
  ENTRY_ALTERED: { en: 'not the entry that the log signed', zh: '并非日志所签署的记录' },
  HASH_ALTERED: { en: 'not the hash that the log signed', zh: '并非日志所签署的散列' },
  SUBTREE_REPLACED: {
    en: 'the file and all below it are not what the log signed',
    zh: '该文件及其下全部内容并非日志所签署',
  },
  HASH_DISPUTED: {
    en: 'the hash and what is below it differ, and nothing that was signed says which is right',
    zh: '散列与其下内容不一致，且没有签署的内容可判定孰是',
  },
  ROOT_DIFFERS: {
    en: 'neither the entries nor the tiles lead to the root that the log signed',
    zh: '记录与瓦片均不能得出日志所签署的根',
  },
  CHECKPOINT_MISSING: { en: 'there is no checkpoint', zh: '没有检查点' },
  LOG_UNKNOWN: { en: 'nobody that is trusted vouches for a log of this name', zh: '信任文件中没有该名称的日志' },
  CHECKPOINT_REFUTED: { en: 'the checkpoint cannot be believed', zh: '检查点不可信' },
  TOO_FEW_WITNESSES: { en: 'too few witnesses cosigned the checkpoint', zh: '联署检查点的见证方不足' },
  ENTRY_INVALID: { en: 'the entry is not what its contract says', zh: '记录不符合其契约' },
  EVENT_TWICE: { en: 'the event is in the log a second time', zh: '事件在日志中出现两次' },
  SEEN_REFUTED: { en: 'this is no checkpoint of the log', zh: '这不是该日志的检查点' },
  SEEN_UNDECIDED: {
    en: 'proves nothing: the log is too damaged to compare, or is not listed and nobody that is trusted signed this',
    zh: '不能证明任何事：日志损坏而无法比对，或日志不在列表中且无受信者签署',
  },
  LOG_SHORTER: { en: 'the log was larger once: entries were taken back', zh: '日志曾经更大：记录被撤回' },
  LOG_FORKED: {
    en: 'the log signed another history: keep both checkpoints',
    zh: '日志签署过另一段历史：请保留两个检查点',
  },
  LIST_MISSING: { en: 'there is no such list of shards', zh: '没有此分片列表' },
  LIST_REFUTED: { en: 'the list of shards cannot be believed', zh: '分片列表不可信' },
  LIST_ROLLED_BACK: {
    en: 'the list of shards is an old one: the root log knows of a newer',
    zh: '分片列表是旧的：根日志记载了更新的列表',
  },
  LIST_UNCOMMITTED: { en: 'the root log does not know this list of shards', zh: '根日志没有记载此分片列表' },
  LIST_DIFFERS: {
    en: 'the root log has another list of this version: keep both',
    zh: '根日志记载了同一版本的另一份列表：请保留两份',
  },
  LIST_UNLAWFUL: {
    en: 'this version of the list rewrites what the one before it said: keep both',
    zh: '列表的此版本改写了前一版本的记载：请保留两份',
  },
  SHARD_HIDDEN: { en: 'the list of shards hides this log', zh: '分片列表隐瞒了此日志' },
  SHARD_KEY_DIFFERS: { en: 'the list has another key for a log than is trusted', zh: '列表中日志的密钥与受信密钥不同' },
  SHARD_NOT_ROOTED: { en: 'the root log does not have the head of this log', zh: '根日志没有此日志的头' },
  SHARD_NOT_FINAL: { en: 'a closed log shows another head than its last', zh: '已关闭的日志所示并非其最后的头' },
  ROOT_ENTRY_INVALID: { en: 'no entry of a root log', zh: '并非根日志的记录' },
  ROOT_DISORDER: { en: 'does not follow what the root log has of it before', zh: '与根日志中在前的记载不相接续' },
};

/** What of a finding is a number, in the order in which it is said. */
const numbers = {
  line: (n) => ({ en: `line ${n}`, zh: `第 ${n} 行` }),
  byte: (n) => ({ en: `byte ${n}`, zh: `第 ${n} 字节` }),
  entry: (n) => ({ en: `entry ${n}`, zh: `第 ${n} 条` }),
  count: (n) => ({ en: `${n} in a row`, zh: `连续 ${n} 项` }),
  first: (n) => ({ en: `first at entry ${n}`, zh: `首见于第 ${n} 条` }),
  size: (n) => ({ en: `size ${n}`, zh: `大小 ${n}` }),
} as const satisfies Partial<Record<keyof LogFinding, (number: string) => Title>>;

/** The place and what is wrong with it, on one line. */
export function findingText(finding: LogFinding): Title {
  const { code, path, reason } = finding;
  const said = Object.entries(numbers).flatMap(([name, say]) => {
    const value = finding[name as keyof typeof numbers];
    return value === undefined ? [] : [say(value.toLocaleString('en'))];
  });
  const why = reason === undefined ? '' : ` (${reason})`;
  return {
    en: `${[path, said.map(({ en }) => en).join(', '), what[code].en].filter((part) => part !== '').join(': ')}${why}`,
    zh: `${[path, said.map(({ zh }) => zh).join('，'), what[code].zh].filter((part) => part !== '').join('：')}${why}`,
  };
}
