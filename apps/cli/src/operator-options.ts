import type { Command } from 'commander';
import type { CommandBuilder } from './command-builder.js';

export function withOperator(builder: CommandBuilder, command: Command): Command {
  return command
    .option('--gateway <url>', builder.say({ en: 'address of the gateway', zh: '网关地址' }))
    .option('--operator-key <file>', builder.say({ en: 'the key that administers', zh: '管理所用密钥文件' }));
}
