import type { Command } from 'commander';
import type { CommandBuilder } from '../command-builder.js';
import { withOperator } from '../operator-options.js';

export function addSystemCommands(builder: CommandBuilder, program: Command): void {
  const say = builder.say.bind(builder);
  const id = ['<department/system>', say({ en: 'which system', zh: '系统' })] as const;
  const system = builder.add(program, 'system', {
    summary: { en: "Register departments' systems and their keys.", zh: '登记各部门的系统及其密钥。' },
    examples: ['npx sluice system list', 'npx sluice system key rotate housing/eligibility new.jwk.json --overlap 24'],
  });
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
  addKeyCommands(builder, system, id);
}

function addKeyCommands(builder: CommandBuilder, system: Command, id: readonly [string, string]): void {
  const say = builder.say.bind(builder);
  const file = ['<file>', say({ en: 'of the key: its public half is sent', zh: '密钥文件：仅发送公钥' })] as const;
  const key = builder.add(system, 'key', {
    summary: { en: 'Keys of a system. Several may be valid at once.', zh: '系统的密钥，可同时有多个有效。' },
    examples: ['npx sluice system key add housing/eligibility new.jwk.json --not-after 2028-01-01T00:00:00Z'],
  });
  withOperator(
    builder,
    builder
      .add(
        key,
        'add',
        {
          summary: { en: 'Register a key, or change its validity.', zh: '登记密钥，或更改其有效期。' },
          examples: ['npx sluice system key add housing/eligibility new.jwk.json'],
        },
        async (context, args, options) => (await import('./system-keys.js')).addKey(context, args, options),
      )
      .argument(...id)
      .argument(...file)
      .option('--not-before <time>', say({ en: 'RFC 3339', zh: '生效时间（RFC 3339）' }))
      .option('--not-after <time>', say({ en: 'RFC 3339', zh: '失效时间（RFC 3339）' })),
  );
  withOperator(
    builder,
    builder
      .add(
        key,
        'rotate',
        {
          summary: {
            en: 'Register a new key and let the others end after an overlap, in which both work.',
            zh: '登记新密钥，并使其他密钥在重叠期后失效；重叠期内新旧均可用。',
          },
          examples: ['npx sluice system key rotate housing/eligibility new.jwk.json --overlap 24'],
        },
        async (context, args, options) => (await import('./system-keys.js')).rotateKey(context, args, options),
      )
      .argument(...id)
      .argument(...file)
      .option('--overlap <hours>', say({ en: 'how long the others still work', zh: '旧密钥继续有效的小时数' }), '24'),
  );
  withOperator(
    builder,
    builder
      .add(
        key,
        'revoke',
        {
          summary: {
            en: 'Revoke a key for ever. No gateway takes it a second later.',
            zh: '永久吊销密钥，一秒内所有网关不再接受。',
          },
          examples: ['npx sluice system key revoke housing/eligibility kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k'],
        },
        async (context, args, options) => (await import('./system-keys.js')).revokeKey(context, args, options),
      )
      .argument(...id)
      .argument('<kid>', say({ en: "the key's thumbprint", zh: '密钥指纹' })),
  );
}
