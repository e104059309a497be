import type { Command } from 'commander';
import type { CommandBuilder } from '../command-builder.js';
import { withOperator } from '../operator-options.js';

export function addTrustCommands(builder: CommandBuilder, program: Command): void {
  const say = builder.say.bind(builder);
  const trust = builder.add(program, 'trust', {
    summary: { en: 'Whom a verifier believes.', zh: '核验者信任谁。' },
    examples: ['npx sluice trust export --out trust.json'],
  });
  withOperator(
    builder,
    builder
      .add(
        trust,
        'export',
        {
          summary: {
            en: 'Write a trust file: the logs as the ledger names them, the departments as the gateway has them registered. Whoever is to rely on it compares the keys with their owners first.',
            zh: '生成信任文件：日志取自账本，部门密钥取自网关登记。使用前请与密钥所有者核对。',
          },
          examples: ['npx sluice trust export --out trust.json'],
        },
        async (context, args, options) => (await import('./export-trust.js')).exportTrust(context, args, options),
      )
      .option(
        '--out <file>',
        say({ en: 'where to write it; standard output if left out', zh: '输出文件；默认为标准输出' }),
      )
      .option('--ledger <url>', say({ en: 'address of the ledger', zh: '账本地址' })),
  );
}
