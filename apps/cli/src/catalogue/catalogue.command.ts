import type { Command } from 'commander';
import type { CommandBuilder } from '../command-builder.js';

export function addCatalogueCommand(builder: CommandBuilder, program: Command): void {
  const say = builder.say.bind(builder);
  builder
    .add(
      program,
      'catalogue',
      {
        summary: {
          en: 'What there is to ask for: the resources, or the fields of one.',
          zh: '可查询的资源，或某资源的字段。',
        },
        examples: ['npx sluice catalogue', 'npx sluice catalogue population/residents'],
      },
      async (context, args, options) => (await import('./show-catalogue.js')).showCatalogue(context, args, options),
    )
    .argument('[resource]', say({ en: 'department/resource', zh: '资源：部门/资源' }))
    .option('--gateway <url>', say({ en: 'address of the gateway', zh: '网关地址' }))
    .option('--key <file>', say({ en: 'the key that asks', zh: '查询所用密钥文件' }));
}
