import { Option, type Command } from 'commander';
import type { CommandBuilder } from '../command-builder.js';

export function addKeyCommands(builder: CommandBuilder, program: Command): void {
  const say = builder.say.bind(builder);
  const key = builder.add(program, 'key', {
    summary: {
      en: 'Make signing keys. The private half never leaves its file.',
      zh: '生成签名密钥。私钥不离开其文件。',
    },
    examples: ['npx sluice key generate --out housing.jwk.json'],
  });
  builder
    .add(
      key,
      'generate',
      {
        summary: {
          en: 'Make a key in a new file that only its owner can read. Prints the public half, which is to be registered.',
          zh: '在仅所有者可读的新文件中生成密钥，并输出待登记的公钥。',
        },
        examples: [
          'npx sluice key generate --out housing.jwk.json',
          'npx sluice key generate --alg ES256 --out p256.jwk.json',
        ],
      },
      async (context, args, options) => (await import('./keys.js')).generateKey(context, args, options),
    )
    .requiredOption('--out <file>', say({ en: 'a file that is not there yet', zh: '尚不存在的文件' }))
    .addOption(
      new Option('--alg <name>', say({ en: 'Ed25519 or P-256', zh: 'Ed25519 或 P-256' }))
        .choices(['EdDSA', 'ES256'])
        .default('EdDSA'),
    );
  builder
    .add(
      key,
      'show',
      {
        summary: { en: 'The public half of a key, as it is registered.', zh: '显示用于登记的公钥。' },
        examples: ['npx sluice key show .sluice/keys/housing--eligibility.jwk.json > housing.public.jwk.json'],
      },
      async (context, args) => (await import('./keys.js')).showKey(context, args),
    )
    .argument('<file>', say({ en: 'of the private key', zh: '私钥文件' }));
}
