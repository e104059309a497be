import type { Command } from 'commander';
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
}
