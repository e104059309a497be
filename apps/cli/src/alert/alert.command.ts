import { Option, type Command } from 'commander';
import { alertReasons, alertStates } from '#exchange/alert.js';
import { erasureGrounds } from '#privacy/erasure-ground.js';
import { findingKinds } from '#reconcile/finding.js';
import type { CommandBuilder } from '../command-builder.js';
import { withInstallation } from '../operator-options.js';

const EXAMPLE = '01a206f5-0e2b-7c31-b0d6-0a41c1f1a7c2';

export function addAlertCommands(builder: CommandBuilder, program: Command): void {
  const say = builder.say.bind(builder);
  const alert = builder.add(program, 'alert', {
    summary: {
      en: "What does not agree or is missing in the logs: the two sides' records, and each party's sequence.",
      zh: '日志中不一致或缺失之处：双方记录的比对，以及各方记录序列的完整性。',
    },
    examples: ['npx sluice alert list'],
  });
  addReading(builder, alert);
  addStatement(builder, alert, 'explain', {
    en: 'Say why: an open alert becomes an explained one, and the log says by whom and for which reason. An operator does, or the party that owns it, by its own key (--key).',
    zh: '说明原因：未处理的告警转为已说明，说明人和原因代码记入日志。由操作员说明，或由责任方以自己的密钥（--key）说明。',
  });
  addStatement(builder, alert, 'resolve', {
    en: 'Say that what had to be done is done: an explained alert becomes a resolved one. Only an operator does, and where there are several, not the one that explained it.',
    zh: '处理完毕：已说明的告警转为已解决，记入日志。仅限操作员；有多名操作员时，说明者不得自行解决。',
  });
  addErasure(builder, alert);
  alert.addHelpText('after', `\n${reasonsText(say)}`);
}

function ledgerOption(builder: CommandBuilder): readonly [string, string] {
  return ['--ledger <url>', builder.say({ en: 'address of the ledger', zh: '账本地址' })];
}

function addReading(builder: CommandBuilder, alert: Command): void {
  const say = builder.say.bind(builder);
  builder
    .add(
      alert,
      'list',
      {
        summary: { en: 'The alerts, the newest first.', zh: '告警列表，最新的在前。' },
        examples: ['npx sluice alert list', 'npx sluice alert list --state open --owner population --json'],
      },
      async (context, args, options) => (await import('./list-alerts.js')).listAlerts(context, args, options),
    )
    .addOption(new Option('--state <state>', say({ en: 'only these', zh: '仅此状态' })).choices(alertStates))
    .addOption(new Option('--kind <kind>', say({ en: 'only these', zh: '仅此类别' })).choices(findingKinds))
    .option('--owner <party>', say({ en: 'of this party: a department, gateway or ledger', zh: '仅此责任方' }))
    .option('--from <time>', say({ en: 'found then or later (RFC 3339, UTC)', zh: '发现时间不早于（RFC 3339，UTC）' }))
    .option('--to <time>', say({ en: 'found before', zh: '发现时间早于' }))
    .option('--limit <alerts>', say({ en: 'how many', zh: '条数' }), '50')
    .option('--cursor <next>', say({ en: 'the `next` of the page before', zh: '上一页的 next' }))
    .option(...ledgerOption(builder));
  const show = builder
    .add(
      alert,
      'show',
      {
        summary: { en: 'One alert: its evidence, and what became of it.', zh: '单个告警：证据与处理经过。' },
        examples: [`npx sluice alert show ${EXAMPLE}`, `npx sluice alert show ${EXAMPLE} --notes`],
      },
      async (context, args, options) => (await import('./show-alert.js')).showAlert(context, args, options),
    )
    .argument('<id>', say({ en: 'of the alert', zh: '告警编号' }))
    .option(
      '--notes',
      say({
        en: 'with what was noted, held against the log; by an operator key',
        zh: '附备注，并与日志核对（需管理密钥）',
      }),
    )
    .option('--operator-key <file>', say({ en: 'the key that administers', zh: '管理所用密钥文件' }))
    .option(...ledgerOption(builder));
  withInstallation(builder, show);
}

function addStatement(
  builder: CommandBuilder,
  alert: Command,
  name: 'explain' | 'resolve',
  summary: { readonly en: string; readonly zh: string },
): void {
  const say = builder.say.bind(builder);
  const statement = builder
    .add(
      alert,
      name,
      { summary, examples: [`npx sluice alert ${name} ${EXAMPLE} --reason service-stopped`] },
      async (context, args, options) => (await import('./say-of-alert.js')).sayOfAlert(name, context, args, options),
    )
    .argument('<id>', say({ en: 'of the alert', zh: '告警编号' }))
    .addOption(
      new Option('--reason <code>', say({ en: 'why: it stands in the log for ever', zh: '原因代码，永久记入日志' }))
        .choices(Object.keys(alertReasons))
        .makeOptionMandatory(),
    )
    .option(
      '--note <text>',
      say({
        en: 'more, for operators: stays off the log, which commits to it',
        zh: '备注，供操作员查看；不入日志，日志仅作承诺',
      }),
    )
    .option('--operator-key <file>', say({ en: 'the key that administers', zh: '管理所用密钥文件' }))
    .option(...ledgerOption(builder))
    .addHelpText('after', `\n${reasonsText(say)}`);
  if (name === 'explain') {
    const key = {
      en: "the owner's own key, which its events are signed with",
      zh: '责任方自己的密钥（签署其记录所用）',
    };
    statement.option('--key <file>', say(key));
  }
  withInstallation(builder, statement);
}

function addErasure(builder: CommandBuilder, alert: Command): void {
  const say = builder.say.bind(builder);
  const command = builder
    .add(
      alert,
      'erase-note',
      {
        summary: {
          en: 'Destroy what was noted with a change of an alert, and what opens the commitment to it. Every proof stays valid.',
          zh: '销毁告警处理时所留的备注及其承诺的随机数；所有证明仍然有效。',
        },
        examples: [`npx sluice alert erase-note ${EXAMPLE} ${EXAMPLE} --ground consent-withdrawn`],
      },
      async (context, args, options) => (await import('./erase-note.js')).eraseNote(context, args, options),
    )
    .argument('<id>', say({ en: 'of the alert', zh: '告警编号' }))
    .argument(
      '<entry>',
      say({ en: 'of the note, as `alert show --notes` names it', zh: '备注编号，见 alert show --notes' }),
    )
    .addOption(
      new Option('--ground <ground>', say({ en: 'why: it stands in the log for ever', zh: '删除依据，永久记入日志' }))
        .choices(erasureGrounds)
        .makeOptionMandatory(),
    )
    .option('--operator-key <file>', say({ en: 'the key that administers', zh: '管理所用密钥文件' }))
    .option(...ledgerOption(builder));
  withInstallation(builder, command);
}

function reasonsText(say: CommandBuilder['say']): string {
  const lines = Object.entries(alertReasons).map(([code, title]) => `  ${code.padEnd(18)}${say(title)}`);
  return [say({ en: 'Reasons:', zh: '原因代码：' }), ...lines].join('\n');
}
