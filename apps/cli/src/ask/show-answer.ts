import type { ReleasedData } from '#exchange/answer.js';
import { printable, type Terminal } from '../terminal.js';

export function showData(terminal: Terminal, { rows, next }: ReleasedData): void {
  const fields = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  if (rows.length > 0)
    terminal.table(
      fields.map(printable),
      rows.map((row) => fields.map((field) => row[field])),
    );
  terminal.line(terminal.say({ en: `${rows.length} rows`, zh: `${rows.length} 行` }));
  if (next !== undefined) {
    terminal.line(
      terminal.say({ en: `next page: --cursor ${printable(next)}`, zh: `下一页：--cursor ${printable(next)}` }),
    );
  }
}

export function showUnchecked(terminal: Terminal): void {
  terminal.note(
    terminal.say({
      en: "the department's signature was not checked: there is no trust file (--trust)",
      zh: '未核验提供部门的签名：没有信任文件（--trust）',
    }),
  );
}
