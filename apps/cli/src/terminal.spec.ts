import { printable, Terminal } from './terminal.js';

const written = () => {
  const lines: string[] = [];
  return { lines, write: (text: string) => lines.push(text) };
};

it.each([
  ['\u001b[31mred', '\\u{1b}[31mred'],
  ['a\nb', 'a\\u{a}b'],
  ['\u009b2J', '\\u{9b}2J'],
  ['abc\u202edcba', 'abc\\u{202e}dcba'],
  ['公租房 ✓', '公租房 ✓'],
  [null, '–'],
  [7, '7'],
  [true, 'true'],
])('shows %j as %j: what others wrote cannot drive the terminal', (value, shown) => {
  expect(printable(value)).toBe(shown);
});

it('lines up Chinese by its width', () => {
  const out = written();
  const terminal = new Terminal({ language: 'zh', json: false, out, err: written() });
  terminal.table([{ zh: '姓名', en: 'name' }], [['王'], ['欧阳娜娜']]);
  const lines = out.lines.join('').trimEnd().split('\n');
  expect(lines.filter((line) => line.startsWith('│'))).toEqual(['│ 姓名     │', '│ 王       │', '│ 欧阳娜娜 │']);
});

it('writes a paragraph a row where the window is too narrow for a table', () => {
  const rows = [
    ['王', '西湖区', ''],
    ['李', '余杭区', 'x'],
  ];
  const shown = (columns: number) => {
    const out = { ...written(), columns };
    new Terminal({ language: 'zh', json: false, out, err: written() }).table(['姓名', '区', '备注'], rows);
    return out.lines.join('');
  };
  expect(shown(24)).toContain('│ 王   │ 西湖区 │      │');
  expect(shown(23)).toBe('姓名: 王\n区: 西湖区\n\n姓名: 李\n区: 余杭区\n备注: x\n');
});

it('shows progress to somebody who watches, and clears it before the next line', () => {
  const [out, err] = [written(), { ...written(), isTTY: true }];
  const terminal = new Terminal({ language: 'en', json: false, out, err });
  terminal.progress('waiting 1 s');
  terminal.progress('waiting 2 s');
  terminal.line('done');
  expect(err.lines.at(-1)).toBe('\r\u001b[2K');
  expect(out.lines).toEqual(['done\n']);
});

it.each([
  [{ json: true, isTTY: true }, 'to a script'],
  [{ json: false, isTTY: false }, 'to a file'],
])('shows no progress %j', ({ json, isTTY }) => {
  const err = { ...written(), isTTY };
  new Terminal({ language: 'en', json, out: written(), err }).progress('waiting');
  expect(err.lines).toEqual([]);
});
