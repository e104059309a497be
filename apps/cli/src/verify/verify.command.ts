import type { Command } from 'commander';
import type { CommandBuilder } from '../command-builder.js';

export function addVerifyCommand(builder: CommandBuilder, program: Command): void {
  const say = builder.say.bind(builder);
  builder
    .add(
      program,
      'verify',
      {
        summary: {
          en: 'Verify a receipt offline, and say what is proven and what is not. Asks nobody.',
          zh: '离线核验凭证，说明证明了什么、未证明什么。不访问任何服务。',
        },
        examples: ['npx sluice verify receipt.json', 'npx sluice verify receipt.json --trust trust.json --json'],
      },
      async (context, args, options) => (await import('./verify.js')).verify(context, args, options),
    )
    .argument(
      '<file>',
      say({ en: 'what `sluice ask --receipt` kept, or a receipt', zh: '`sluice ask --receipt` 保存的文件，或凭证' }),
    )
    .option('--trust <file>', say({ en: 'whom to believe', zh: '信任文件' }));
  builder
    .add(
      program,
      'receipt',
      {
        summary: {
          en: 'Fetch the proof of an exchange of your own, by its id, or complete a file that `sluice ask --receipt` kept.',
          zh: '按编号获取本系统某次交换的证明，或补全 `sluice ask --receipt` 保存的文件。',
        },
        examples: [
          'npx sluice receipt receipt.json',
          'npx sluice receipt 018bcfe5-6800-8a1d-ab73-17a77cb3aeda --out receipt.json',
        ],
      },
      async (context, args, options) => (await import('./fetch-receipt.js')).fetchReceipt(context, args, options),
    )
    .argument('<id or file>', say({ en: 'which exchange', zh: '交换编号或文件' }))
    .option('--out <file>', say({ en: 'where to keep it', zh: '保存到文件' }))
    .option('--wait <seconds>', say({ en: 'for the log', zh: '等待日志的秒数' }), '10')
    .option('--gateway <url>', say({ en: 'address of the gateway', zh: '网关地址' }))
    .option('--key <file>', say({ en: 'the key that asked', zh: '查询所用密钥文件' }));
}
