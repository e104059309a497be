import type { Command } from 'commander';
import type { CommandBuilder } from '../command-builder.js';
import { withOperator } from '../operator-options.js';
import { addSystemKeyCommands, type SystemArgument } from './system-key.command.js';

export function addSystemCommands(builder: CommandBuilder, program: Command): void {
  const id = ['<department/system>', builder.say({ en: 'which system', zh: '系统' })] as const;
  const system = builder.add(program, 'system', {
    summary: { en: "Register departments' systems and their keys.", zh: '登记各部门的系统及其密钥。' },
    examples: ['npx sluice system list', 'npx sluice system key rotate housing/eligibility new.jwk.json --overlap 24'],
  });
  addAdd(builder, system, id);
  addList(builder, system);
  addShow(builder, system, id);
  addSystemKeyCommands(builder, system, id);
}

function addAdd(builder: CommandBuilder, system: Command, id: SystemArgument): void {
  const say = builder.say.bind(builder);
  withOperator(
    builder,
    builder
      .add(
        system,
        'add',
        {
          summary: { en: 'Register a system, or change its title.', zh: '登记系统，或更改其名称。' },
          examples: [
            'npx sluice system add housing/statistics --title-en "Housing statistics" --title-zh 住房统计 --key housing.jwk.json',
          ],
        },
        async (context, args, options) => (await import('./systems.js')).addSystem(context, args, options),
      )
      .argument(...id)
      .requiredOption('--title-zh <title>', say({ en: 'its name in Chinese', zh: '中文名称' }))
      .requiredOption('--title-en <title>', say({ en: 'its name in English', zh: '英文名称' }))
      .option('--key <file>', say({ en: 'and register this key of it', zh: '同时登记该密钥' })),
  );
}

function addList(builder: CommandBuilder, system: Command): void {
  withOperator(
    builder,
    builder.add(
      system,
      'list',
      {
        summary: { en: 'Every system with its keys.', zh: '所有系统及其密钥。' },
        examples: ['npx sluice system list'],
      },
      async (context, args, options) => (await import('./systems.js')).listSystems(context, args, options),
    ),
  );
}

function addShow(builder: CommandBuilder, system: Command, id: SystemArgument): void {
  withOperator(
    builder,
    builder
      .add(
        system,
        'show',
        {
          summary: { en: 'One system with its keys.', zh: '某系统及其密钥。' },
          examples: ['npx sluice system show housing/eligibility'],
        },
        async (context, args, options) => (await import('./systems.js')).showSystem(context, args, options),
      )
      .argument(...id),
  );
}
