import type { Command } from 'commander';
import type { CommandBuilder } from '../command-builder.js';
import { withOperator } from '../operator-options.js';

export function addAgreementCommands(builder: CommandBuilder, program: Command): void {
  const say = builder.say.bind(builder);
  const agreement = builder.add(program, 'agreement', {
    summary: { en: 'Register who may ask for what, and for what purpose.', zh: '登记何方可为何用途查询何种数据。' },
    examples: ['npx sluice agreement load deploy/demo/agreements', 'npx sluice agreement list'],
  });
  withOperator(
    builder,
    builder
      .add(
        agreement,
        'load',
        {
          summary: {
            en: 'Register agreements, or their next versions, from YAML files or folders of them.',
            zh: '从 YAML 文件或目录登记协议，或其新版本。',
          },
          examples: [
            'npx sluice agreement load deploy/demo/agreements',
            'npx sluice agreement load housing.yaml transport.yaml',
          ],
        },
        async (context, args, options) => (await import('./agreements.js')).loadAgreements(context, args, options),
      )
      .argument('<files...>', say({ en: 'files or folders', zh: '文件或目录' })),
  );
  withOperator(
    builder,
    builder
      .add(
        agreement,
        'list',
        {
          summary: { en: 'The newest version of each agreement.', zh: '各协议的最新版本。' },
          examples: ['npx sluice agreement list', 'npx sluice agreement list --consumer housing/eligibility --json'],
        },
        async (context, args, options) => (await import('./agreements.js')).listAgreements(context, args, options),
      )
      .option('--consumer <department/system>', say({ en: 'of this system alone', zh: '仅此系统' }))
      .option('--resource <department/resource>', say({ en: 'for this resource alone', zh: '仅此资源' })),
  );
}
