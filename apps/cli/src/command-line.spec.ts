import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { Workplace } from '../test/command.js';
import { buildCommandLine } from './command-line.js';
import { CommandBuilder } from './command-builder.js';
import { readSettings } from './settings.js';
import { Terminal } from './terminal.js';

const nowhere = { write: () => true };
const program = buildCommandLine(
  new CommandBuilder({
    terminal: new Terminal({ language: 'en', json: false, out: nowhere, err: nowhere }),
    settings: readSettings({}, '/sluice'),
    folder: '/',
    readStdin: () => Promise.resolve(''),
    fetch,
    now: () => new Date(0),
  }),
  { out: () => undefined, err: () => undefined },
  () => '',
);

function pathsOf(command: Command, path: readonly string[] = []): string[][] {
  return command.commands.flatMap((one) => [[...path, one.name()], ...pathsOf(one, [...path, one.name()])]);
}
const commands = pathsOf(program);

it('has every command', () => {
  expect(commands.map((path) => path.join(' '))).toEqual([
    ...[
      'ask',
      'verify',
      'receipt',
      'catalogue',
      'log',
      'log show',
      'log entry',
      'log audit',
      ...['alert', 'alert list', 'alert show', 'alert explain', 'alert resolve', 'alert erase-note'],
      'key',
      'key generate',
      'key show',
    ],
    ...['system', 'system add', 'system list', 'system show', 'system key', 'system key add', 'system key rotate'],
    ...['system key revoke', 'department', 'department load', 'department list', 'agreement', 'agreement load'],
    ...['agreement list', 'trust', 'trust export', 'subject', 'subject erase'],
  ]);
});

/** A message in words, without what Commander puts around it. */
const usageError = { error: { code: 'USAGE', message: expect.stringMatching(/^(?!error: |\()./) as string } };

describe.each([[[]], ...commands.map((path) => [path])])('sluice %j --json', (path) => {
  it.each([
    ['an option that it does not have', ['--no-such-option']],
    ['a value that the option does not have', ['--lang', 'xx']],
  ])('tells %s as JSON, on standard output alone', async (_, wrong) => {
    using place = new Workplace();
    const { exitCode, out, err } = await place.run([...path, '--json', ...wrong]);
    expect({ exitCode, err }).toEqual({ exitCode: 2, err: '' });
    expect(JSON.parse(out)).toEqual(usageError);
  });
});

it.each([[[]], [['log']], [['system', 'key']], [['no-such-command']], [['ask']], [['log', 'entry']]])(
  'tells as JSON what %j lacks',
  async (path) => {
    using place = new Workplace();
    const { exitCode, out, err } = await place.run([...path, '--json']);
    expect({ exitCode, err }).toEqual({ exitCode: 2, err: '' });
    expect(JSON.parse(out)).toEqual(usageError);
  },
);

describe.each([[[]], ...commands.map((path) => [path])])('sluice %j --help', (path) => {
  it.each(['zh', 'en'])('shows an example of it in %s, asks nobody, and leaves with 0', async (language) => {
    using place = new Workplace();
    const { exitCode, out, err } = await place.run([...path, '--help', '--lang', language]);
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
    expect(out).toContain(language === 'zh' ? '示例：' : 'Examples:');
    expect(out).toContain(`npx sluice ${path.join(' ')}`);
    expect(out).toContain('--json');
    expect(/\p{Script=Han}/u.test(out.split(/示例：|Examples:/)[0]!)).toBe(language === 'zh');
  });
});

const ID = '01a206f5-0e2b-7c31-b0d6-0a41c1f1a7c2';

it.each([
  ...[
    ['ask', '--resource', 'a/b', '--select', 'c', '--gateway'],
    ['receipt', ID, '--gateway'],
    ['catalogue', '--gateway'],
  ],
  ...[
    ['system', 'list', '--gateway'],
    ['subject', 'erase', 'r007', '--ground', 'unlawful', '--gateway'],
  ],
  ...[
    ['log', 'show', '--ledger'],
    ['log', 'entry', ID, '--ledger'],
    ['log', 'audit', '--seen'],
    ['log', 'audit'],
  ],
  ...[
    ['alert', 'list', '--ledger'],
    ['alert', 'show', ID, '--ledger'],
    ['trust', 'export', '--ledger'],
  ],
  ...['explain', 'resolve'].map((change) => ['alert', change, ID, '--reason', 'outage', '--ledger']),
  ['alert', 'erase-note', ID, ID, '--ground', 'unlawful', '--ledger'],
])('tells an address that is none as a mistake: %s %s', async (...args) => {
  using place = new Workplace();
  const { exitCode, err } = await place.run([...args, 'http://[nowhere']);
  expect({ exitCode, err }).toEqual({
    exitCode: 2,
    err: expect.stringMatching(/^sluice: .*(Invalid|no) URL\n$/) as string,
  });
});

it.each(['SLUICE_GATEWAY', 'SLUICE_LEDGER'])('tells a %s that is no address as a mistake', async (name) => {
  using place = new Workplace();
  const { exitCode, err } = await place.run(['log', 'show'], { variables: { [name]: 'nowhere:8800' } });
  expect(exitCode).toBe(2);
  expect(err).toContain(name);
});

it('tells the version of the project', async () => {
  using place = new Workplace();
  writeFileSync(join(place.folder, 'package.json'), '{"version":"7.8.9"}');
  expect(await place.run(['--version'])).toEqual({ exitCode: 0, out: '7.8.9\n', err: '' });
});

it('documents its exit codes and its environment', async () => {
  using place = new Workplace();
  const { out } = await place.run(['--help']);
  for (const word of ['Exit codes:', '  3  ', '  70 ', 'SLUICE_HOME', 'SLUICE_TRUST']) expect(out).toContain(word);
});

it.each([[[]], [['nonsense']], [['log']], [['ask', '--nonsense']], [['--lang', 'fr', 'ask']]])(
  'does not know %j',
  async (args) => {
    using place = new Workplace();
    const { exitCode, out } = await place.run(args);
    expect({ exitCode, out }).toEqual({ exitCode: 2, out: '' });
  },
);

it('finds the demonstration in the project’s folder, and elsewhere where it is told', () => {
  expect(readSettings({}, '/sluice')).toEqual({
    home: '/sluice/.sluice',
    gateway: 'http://127.0.0.1:8800',
    ledger: 'http://127.0.0.1:8801',
    key: '/sluice/.sluice/keys/housing--eligibility.jwk.json',
    operatorKey: '/sluice/.sluice/keys/operator.jwk.json',
    trust: '/sluice/.sluice/trust.json',
    language: 'en',
  });
  expect(readSettings({ SLUICE_HOME: '/elsewhere', SLUICE_KEY: 'mine.json', LANG: 'zh_CN' }, '/sluice')).toMatchObject({
    key: 'mine.json',
    trust: '/elsewhere/trust.json',
    language: 'zh',
  });
  expect(() => readSettings({ SLUICE_GATEWAY: '' }, '/sluice')).toThrow('SLUICE_GATEWAY');
});
