import type { Command } from 'commander';
import type { CommandBuilder } from '../command-builder.js';
import { withOperator } from '../operator-options.js';

/** What a system is named by, and how the help says it. */
export type SystemArgument = readonly [name: string, meaning: string];

export function addSystemKeyCommands(builder: CommandBuilder, system: Command, id: SystemArgument): void {
  const file = [
    '<file>',
    builder.say({ en: 'of the key: its public half is sent', zh: '密钥文件：仅发送公钥' }),
  ] as const;
  const key = builder.add(system, 'key', {
    summary: { en: 'Keys of a system. Several may be valid at once.', zh: '系统的密钥，可同时有多个有效。' },
    examples: ['npx sluice system key add housing/eligibility new.jwk.json --not-after 2028-01-01T00:00:00Z'],
  });
  addAdd(builder, key, id, file);
  addRotate(builder, key, id, file);
  addRevoke(builder, key, id);
}

function addAdd(builder: CommandBuilder, key: Command, id: SystemArgument, file: readonly [string, string]): void {
  const say = builder.say.bind(builder);
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
}

function addRotate(builder: CommandBuilder, key: Command, id: SystemArgument, file: readonly [string, string]): void {
  const say = builder.say.bind(builder);
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
}

function addRevoke(builder: CommandBuilder, key: Command, id: SystemArgument): void {
  const say = builder.say.bind(builder);
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
