import type { Command } from 'commander';
import type { CommandBuilder } from '../command-builder.js';

/** Repeated, or with commas. */
function gather(value: string, before: readonly string[] = []): string[] {
  return [...before, ...value.split(',').map((one) => one.trim())];
}

function append(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}

export function addAskCommand(builder: CommandBuilder, program: Command): void {
  const ask = builder
    .add(
      program,
      'ask',
      {
        summary: {
          en: 'Ask a department for records. The question comes from a file (YAML or JSON; - is standard input), from options, or from both: options win.',
          zh: '向部门查询数据。问题可来自文件（YAML 或 JSON；- 为标准输入）、选项，或两者结合，以选项为准。',
        },
        examples: [
          'npx sluice ask deploy/demo/questions/household.yaml --receipt receipt.json',
          "npx sluice ask deploy/demo/questions/household.yaml --where 'resident_id=990105198501300013' --select name,district",
          'npx sluice ask --resource population/residents --select district --where resident_id=99010619920817002X \\',
          '    --purpose gov:HousingEligibility --law 公共租赁住房管理办法 --article 第九条 --case C-1 --officer O-7',
        ],
      },
      async (context, args, options) => (await import('./ask.js')).ask(context, args, options),
    )
    .argument('[file]', builder.say({ en: 'the question', zh: '问题文件' }));
  addQuestion(builder, ask);
  addReason(builder, ask);
  addProof(builder, ask);
}

/** What is asked for. */
function addQuestion(builder: CommandBuilder, command: Command): void {
  const say = builder.say.bind(builder);
  command
    .option('--resource <department/resource>', say({ en: 'what to ask for', zh: '查询的资源' }))
    .option('--select <fields>', say({ en: 'fields, with commas', zh: '字段，用逗号分隔' }), gather)
    .option(
      '--where <condition>',
      say({
        en: "'field=value', < <= > >=, 'field in a,b', 'field between a,b', 'field prefix a'; repeat for more",
        zh: "条件：'字段=值'、< <= > >=、'字段 in a,b'、'字段 between a,b'、'字段 prefix a'；可重复",
      }),
      append,
    )
    .option(
      '--order-by <fields>',
      say({ en: 'field or field:desc, with commas', zh: '排序：字段 或 字段:desc' }),
      gather,
    )
    .option('--limit <rows>', say({ en: 'rows at the most', zh: '最多行数' }))
    .option('--cursor <next>', say({ en: 'the `next` of the page before', zh: '上一页的 next' }));
}

/** What it is for, and who vouches for that. */
function addReason(builder: CommandBuilder, command: Command): void {
  const say = builder.say.bind(builder);
  command
    .option('--purpose <code>', say({ en: 'what for', zh: '用途' }))
    .option('--law <name>', say({ en: 'legal basis: the law', zh: '法律依据：法规' }))
    .option('--article <number>', say({ en: 'legal basis: its article', zh: '法律依据：条款' }))
    .option('--case <number>', say({ en: 'the case file', zh: '案件编号' }))
    .option('--officer <name>', say({ en: 'on whose behalf', zh: '经办人' }));
}

/** What is kept, and who is believed. */
function addProof(builder: CommandBuilder, command: Command): void {
  const say = builder.say.bind(builder);
  command
    .option(
      '--receipt <file>',
      say({ en: 'keep request, answer and proof in this file', zh: '将请求、应答和证明存入文件' }),
    )
    .option('--no-proof', say({ en: 'do not wait for the log', zh: '不等待日志收录' }))
    .option('--wait <seconds>', say({ en: 'for the log', zh: '等待日志的秒数' }), '10')
    .option('--gateway <url>', say({ en: 'address of the gateway', zh: '网关地址' }))
    .option('--key <file>', say({ en: 'the key that asks', zh: '查询所用密钥文件' }))
    .option('--trust <file>', say({ en: 'whom to believe', zh: '信任文件' }));
}
