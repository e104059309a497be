import { writeFileSync } from 'node:fs';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import type { Title, Transfer } from './property.js';

/** The registry's export, typed and columnar, named by the trade's abbreviations in pinyin. */
export async function writeTitles(file: string, titles: readonly Title[]): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    await loadTitles(connection, titles);
    await connection.run(
      `copy (select bdcdyh, qlr_zjh, qlr_mc, qx, zl, yt, mj::decimal(10, 2) as mj, gyqk, sfdy::boolean as sfdy,
                    djsj::timestamp as djsj, qszt from titles order by qlr_zjh, bdcdyh)
       to $1 (format parquet, compression zstd)`,
      [file],
    );
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

const COLUMNS = ['bdcdyh', 'qlr_zjh', 'qlr_mc', 'qx', 'zl', 'yt', 'mj', 'gyqk', 'sfdy', 'djsj', 'qszt'];

async function loadTitles(connection: DuckDBConnection, titles: readonly Title[]): Promise<void> {
  await connection.run(`create table titles (${COLUMNS.map((column) => `${column} varchar`).join(', ')})`);
  const appender = await connection.createAppender('titles');
  for (const title of titles) {
    const values = [
      title.unit,
      title.owner.id,
      title.owner.name,
      title.district.name,
      title.location,
      title.usage,
      title.area,
      title.coOwnership,
      String(title.mortgaged),
      title.registeredAt,
      title.current ? '现势' : '历史',
    ];
    for (const value of values) appender.appendVarchar(value);
    appender.endRow();
  }
  appender.closeSync();
}

/** The old contract system's export: Chinese headings, dates like 2004/3/5, a dash where there is no value. */
export function writeTransfers(file: string, transfers: readonly Transfer[]): void {
  const rows = transfers.map((one) => [
    one.contract,
    one.unit,
    one.sellerId ?? '—',
    one.buyerId,
    one.price ?? '—',
    one.signedOn.split('-').join('/'),
  ]);
  const headings = ['合同编号', '不动产单元号', '出卖人证件号', '买受人证件号', '成交价(元)', '签订日期'];
  writeFileSync(file, [headings, ...rows].map((row) => row.map(quoted).join(',')).join('\n') + '\n');
}

/** RFC 4180. */
function quoted(value: string): string {
  return /[",\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}
