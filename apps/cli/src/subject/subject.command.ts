import { Option, type Command } from 'commander';
import { erasureGrounds } from '#privacy/erasure-ground.js';
import type { CommandBuilder } from '../command-builder.js';
import { withInstallation, withOperator } from '../operator-options.js';

export function addSubjectCommands(builder: CommandBuilder, program: Command): void {
  const say = builder.say.bind(builder);
  const subject = builder.add(program, 'subject', {
    summary: { en: 'What is kept about a person.', zh: '关于个人的留存信息。' },
    examples: ['npx sluice subject erase 99010619920817002X --ground consent-withdrawn --dry-run'],
  });
  const ground = new Option(
    '--ground <ground>',
    say({ en: 'why: it stands in the log for ever', zh: '删除依据，永久记入日志' }),
  )
    .choices(erasureGrounds)
    .makeOptionMandatory();
  const erase = withOperator(
    builder,
    builder
      .add(
        subject,
        'erase',
        {
          summary: {
            en: 'Destroy what gateway and departments hold of a person off the log. Every proof stays valid.',
            zh: '销毁网关和各部门在日志之外留存的个人细节；所有证明仍然有效。',
          },
          examples: [
            'npx sluice subject erase 99010619920817002X --ground consent-withdrawn --dry-run',
            'echo 99010619920817002X | npx sluice subject erase - --ground consent-withdrawn',
          ],
        },
        async (context, args, options) => (await import('./erase-subject.js')).eraseSubject(context, args, options),
      )
      .argument(
        '[subject]',
        say({ en: 'as requests named the person; - reads it', zh: '查询所用的个人标识；- 表示从标准输入读取' }),
      )
      .addOption(ground)
      .option('--dry-run', say({ en: 'say how many there are, and destroy nothing', zh: '只统计数量，不作删除' }))
      .option('--exchange <id...>', say({ en: 'these exchanges besides', zh: '另外指定的交换编号' })),
  );
  withInstallation(builder, erase);
}
