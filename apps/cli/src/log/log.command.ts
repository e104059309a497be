import type { Command } from 'commander';
import { RELEASE_DEADLINES } from '#reconcile/pair-records.js';
import type { CommandBuilder } from '../command-builder.js';

export function addLogCommands(builder: CommandBuilder, program: Command): void {
  const say = builder.say.bind(builder);
  const ledger = ['--ledger <url>', say({ en: 'address of the ledger', zh: '账本地址' })] as const;
  const log = builder.add(program, 'log', {
    summary: {
      en: 'Read the log: who got what, when, and on what basis.',
      zh: '读取日志：何人、何时、依据什么取得了什么。',
    },
    examples: ['npx sluice log show --limit 5'],
  });
  builder
    .add(
      log,
      'show',
      {
        summary: { en: 'The newest entries.', zh: '最新的记录。' },
        examples: ['npx sluice log show', 'npx sluice log show --limit 100 --json', 'npx sluice log show --follow'],
      },
      async (context, args, options) => (await import('./show-log.js')).showLog(context, args, options),
    )
    .option('--limit <entries>', say({ en: 'how many', zh: '条数' }), '20')
    .option('--cursor <next>', say({ en: 'the `next` of the page before', zh: '上一页的 next' }))
    .option('--shard <number>', say({ en: 'of this shard alone', zh: '仅此分片' }))
    .option('--follow', say({ en: 'go on as they come, until Ctrl-C', zh: '持续显示新记录，直到 Ctrl-C' }))
    .option(...ledger);
  builder
    .add(
      log,
      'entry',
      {
        summary: {
          en: 'What the log says of one exchange, checked against the trust file.',
          zh: '日志对某次交换的全部记载，并按信任文件核验。',
        },
        examples: ['npx sluice log entry 018bcfe5-6800-8a1d-ab73-17a77cb3aeda'],
      },
      async (context, args, options) => (await import('./show-entry.js')).showEntry(context, args, options),
    )
    .argument('<id>', say({ en: 'of the exchange', zh: '交换编号' }))
    .option('--trust <file>', say({ en: 'whom to believe', zh: '信任文件' }))
    .option(...ledger);
  builder
    .add(
      log,
      'audit',
      {
        summary: {
          en: 'Check a whole log with nothing but the trusted keys: every entry, every hash, every signature. Names the place of any damage.',
          zh: '仅凭受信密钥核验整部日志：每条记录、每个散列、每个签名，并指出任何损坏的位置。',
        },
        examples: [
          'npx sluice log audit',
          'npx sluice log audit http://127.0.0.1:8801/evidence/0/',
          'npx sluice log audit .sluice/ledger/evidence --json',
          'npx sluice log audit http://127.0.0.1:8801 --reconcile',
          'npx sluice log audit https://ledger.example/evidence/ --vkey "$(cat evidence.vkey)" --policy witnesses.yaml',
        ],
      },
      async (context, args, options) => (await import('./audit-logs.js')).auditLogs(context, args, options),
    )
    .argument(
      '[place]',
      say({
        en: 'a log or a ledger by its URL, or a folder with the files of logs; otherwise the ledger of this demonstration',
        zh: '日志或账本的 URL，或存放日志文件的目录；缺省为演示环境的账本',
      }),
    )
    .option('--trust <file>', say({ en: 'whom to believe', zh: '信任文件' }))
    .option(
      '--vkey <key>',
      say({
        en: 'the verifier key of a log or of a family of logs, in place of a trust file',
        zh: '日志或日志族的验证密钥，代替信任文件',
      }),
    )
    .option(
      '--policy <file>',
      say({
        en: 'who must have cosigned, and how many of them (quorum and witnesses, as in WITNESS_POLICY_FILE of a ledger); with --vkey',
        zh: '须由哪些见证方、至少几个联署（quorum 与 witnesses，格式同账本的 WITNESS_POLICY_FILE）；与 --vkey 同用',
      }),
    )
    .option(
      '--seen <files...>',
      say({
        en: 'checkpoints of the log that a witness or anybody else kept, as files, or URLs at which witnesses show them: they must be its past',
        zh: '见证方或他人保存的该日志检查点（文件，或见证方展示检查点的 URL）：应与其历史一致',
      }),
    )
    .option(
      '--remember <events>',
      say({
        en: 'how many event ids to remember, to find one that comes twice (30 to 60 bytes each)',
        zh: '记忆多少个事件编号以发现重复（每个 30 至 60 字节）',
      }),
      '3000000',
    )
    .option(
      '--reconcile',
      say({
        en: 'also compare the records of all shards by the rules of the ledger’s own reconciler, which reads them a second time, and a third where something does not agree. What is late by when it was sequenced only a ledger can see',
        zh: '并按账本自身的对账规则比对全部分片的记录（须再读一遍，有不符时再多读一遍）；按入账时刻判定的迟到只有账本可见',
      }),
    )
    .option(
      '--pending-within <minutes>',
      say({
        en: 'with --reconcile: how far before the newest entry of the log, by the times that entries claim, what is missing may still come',
        zh: '与 --reconcile 同用：距日志最新记录（按记录自述时间）多久之内，所缺记录仍可能到达',
      }),
      '30',
    )
    .option(
      '--release-within <seconds>',
      say({
        en: 'with --reconcile: how long after its decision a release is not late, as RECONCILE_RELEASE_WITHIN_MS of the ledger says',
        zh: '与 --reconcile 同用：放行在决定之后多久之内不算迟到，与账本的 RECONCILE_RELEASE_WITHIN_MS 一致',
      }),
      String(RELEASE_DEADLINES.releaseWithin / 1000),
    )
    .option(
      '--clock-skew <seconds>',
      say({
        en: 'with --reconcile: how far the clocks of gateways and departments may be apart, as RECONCILE_CLOCK_SKEW_MS of the ledger says',
        zh: '与 --reconcile 同用：网关与各部门的时钟可相差多少，与账本的 RECONCILE_CLOCK_SKEW_MS 一致',
      }),
      String(RELEASE_DEADLINES.skew / 1000),
    );
}
