import type { Command } from 'commander';
import type { CommandBuilder } from '../command-builder.js';
import { withOperator } from '../operator-options.js';

export function addDepartmentCommands(builder: CommandBuilder, program: Command): void {
  const say = builder.say.bind(builder);
  const department = builder.add(program, 'department', {
    summary: { en: 'Register departments and what they share.', zh: '登记部门及其共享资源。' },
    examples: ['npx sluice department list'],
  });
  withOperator(
    builder,
    builder
      .add(
        department,
        'load',
        {
          summary: {
            en: "Register what an adapter's file says of its department and resources. Where its data lie stays in the file.",
            zh: '按适配器文件登记部门及其资源；数据源位置不会离开该文件。',
          },
          examples: [
            'npx sluice department load deploy/demo/departments/population.yaml \\',
            '    --adapter-url http://127.0.0.1:8811 --key-file .sluice/keys/adapter-population.jwk.json',
          ],
        },
        async (context, args, options) => (await import('./departments.js')).loadDepartment(context, args, options),
      )
      .argument('<file>', say({ en: "the adapter's YAML", zh: '适配器的 YAML 文件' }))
      .requiredOption('--adapter-url <url>', say({ en: 'where its adapter listens', zh: '适配器地址' }))
      .requiredOption(
        '--key-file <file>',
        say({ en: 'what its adapter signs with: the public half is sent', zh: '适配器签名密钥：仅发送公钥' }),
      ),
  );
  withOperator(
    builder,
    builder.add(
      department,
      'list',
      {
        summary: { en: 'Every department with its resources.', zh: '所有部门及其资源。' },
        examples: ['npx sluice department list'],
      },
      async (context, args, options) => (await import('./departments.js')).listDepartments(context, args, options),
    ),
  );
}
