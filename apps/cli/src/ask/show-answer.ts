import type { ReleasedData } from '#exchange/answer.js';
import { printable, type Terminal } from '../terminal.js';

/** In the order in which the fields were asked for: the data themselves have the order of canonical JSON. */
export function showData(terminal: Terminal, { rows, next }: ReleasedData, select: readonly string[]): void {
  const released = new Set(rows.flatMap((row) => Object.keys(row)));
  const fields = select.filter((field) => released.has(field));
  if (rows.length > 0)
    terminal.table(
      fields.map(printable),
      rows.map((row) => fields.map((field) => row[field])),
    );
  const count = rows.length;
  terminal.line(terminal.say({ en: `${count} ${count === 1 ? 'row' : 'rows'}`, zh: `${count} 行` }));
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
