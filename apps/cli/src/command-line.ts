import { CommanderError, type Command } from 'commander';
import { addAgreementCommands } from './agreement/agreement.command.js';
import { addAlertCommands } from './alert/alert.command.js';
import { addAskCommand } from './ask/ask.command.js';
import { addCatalogueCommand } from './catalogue/catalogue.command.js';
import type { CommandBuilder } from './command-builder.js';
import { addDepartmentCommands } from './department/department.command.js';
import { EXIT } from './exit-code.js';
import { addKeyCommands } from './key/key.command.js';
import { addLogCommands } from './log/log.command.js';
import { addSubjectCommands } from './subject/subject.command.js';
import { addSystemCommands } from './system/system.command.js';
import { addTrustCommands } from './trust/trust.command.js';
import { addVerifyCommand } from './verify/verify.command.js';

const about = {
  en: 'Ask other departments for what was agreed, and prove it afterwards.',
  zh: '按协议向其他部门查询数据，并在事后证明。',
};

const exitCodes = {
  en: `
Exit codes:
  0   done
  1   refused, or a check failed
  2   what was typed, or a file that was named, cannot be used
  3   a service cannot be reached, or a part of it is down
  4   the log did not have the entries in time
  70  an error of ours

Environment:
  SLUICE_HOME          the demonstration's folder (.sluice)
  SLUICE_GATEWAY       address of the gateway (http://127.0.0.1:8800)
  SLUICE_LEDGER        address of the ledger (http://127.0.0.1:8801)
  SLUICE_KEY           file of the key that asks
  SLUICE_OPERATOR_KEY  file of the key that administers
  SLUICE_TRUST         file of whom to believe`,
  zh: `
退出码：
  0   完成
  1   被拒绝，或核验未通过
  2   输入或所指定的文件不可用
  3   服务无法连接，或其某部分停用
  4   日志未在时限内收录
  70  内部错误

环境变量：
  SLUICE_HOME          演示环境目录（.sluice）
  SLUICE_GATEWAY       网关地址（http://127.0.0.1:8800）
  SLUICE_LEDGER        账本地址（http://127.0.0.1:8801）
  SLUICE_KEY           查询所用密钥文件
  SLUICE_OPERATOR_KEY  管理所用密钥文件
  SLUICE_TRUST         信任文件`,
};

/** Every command, none of them loaded yet. */
export function buildCommandLine(
  builder: CommandBuilder,
  write: { out: (text: string) => void; err: (text: string) => void },
  version: () => string,
): Command {
  const examples = [
    'npx sluice ask deploy/demo/questions/household.yaml --receipt receipt.json',
    'npx sluice verify receipt.json',
  ];
  const program = builder
    .program({ summary: about, examples }, write)
    .option('--version', builder.say({ en: 'the version', zh: '显示版本号' }))
    .on('option:version', () => {
      write.out(`${version()}\n`);
      throw new CommanderError(EXIT.ok, 'commander.version', 'the version was asked for');
    })
    .addHelpText('after', builder.say(exitCodes));
  addAskCommand(builder, program);
  addVerifyCommand(builder, program);
  addCatalogueCommand(builder, program);
  addLogCommands(builder, program);
  addAlertCommands(builder, program);
  addKeyCommands(builder, program);
  addSystemCommands(builder, program);
  addDepartmentCommands(builder, program);
  addAgreementCommands(builder, program);
  addTrustCommands(builder, program);
  addSubjectCommands(builder, program);
  return program;
}
