import type { Command } from 'commander';
import type { CommandBuilder } from './command-builder.js';

/** Of commands that send orders, besides `--operator-key`: see orderer.ts. */
export function withInstallation(builder: CommandBuilder, command: Command): Command {
  return command
    .option(
      '--origin <origin>',
      builder.say({ en: 'of the logs, if no trust file says it', zh: '日志的 origin（信任文件未写明时）' }),
    )
    .option('--trust <file>', builder.say({ en: 'whom to believe', zh: '信任文件' }));
}

export function withOperator(builder: CommandBuilder, command: Command): Command {
  return command
    .option('--gateway <url>', builder.say({ en: 'address of the gateway', zh: '网关地址' }))
    .option('--operator-key <file>', builder.say({ en: 'the key that administers', zh: '管理所用密钥文件' }));
}
