import { createConnection, type Connection } from 'mysql2/promise';
import type { MysqlSourceConfig } from '../../apps/adapter/src/config/department-source.js';
import { localTime } from '../../apps/adapter/src/source/mysql/local-time.js';
import { MysqlSource } from '../../apps/adapter/src/source/mysql/mysql.source.js';
import type { SqlTable } from '../../apps/adapter/src/source/sql/build-statement.js';
import { describeWhere } from '../support/describe-where.js';
import { mariadbAvailability, startMariadb, type MariadbServer } from '../support/mariadb-server.js';
import { people, PEOPLE, UTC_OFFSET } from './people.js';
import { aQuery, describeSource } from './source-suite.js';

const table: SqlTable = {
  ...PEOPLE,
  from: { schema: 'odd `schema`', table: 'people.of all; kinds' },
  fields: { ...PEOPLE.fields, name: { ...PEOPLE.fields.name, column: 'full `name` as c0' } },
};

describeWhere('MariaDB', mariadbAvailability())('a MariaDB source', () => {
  const patient = new AbortController().signal;
  let server: MariadbServer;
  let admin: Connection;
  const sources: MysqlSource[] = [];

  const aConfig = (changes: Partial<MysqlSourceConfig> = {}): MysqlSourceConfig => ({
    kind: 'mysql',
    url: `mysql://${server.user}@${server.host}:${server.port}/register`,
    statementTimeoutMs: 3000,
    utcOffset: UTC_OFFSET,
    poolSize: 4,
    maxWaiting: 500,
    ...changes,
  });
  const open = (changes: Partial<MysqlSourceConfig> = {}, of: SqlTable = table) => {
    const source = new MysqlSource(aConfig(changes), [of]);
    sources.push(source);
    return source;
  };
  const inRegister = (name: string, fields: SqlTable['fields']): SqlTable => ({
    ...table,
    from: { table: name },
    fields,
  });

  beforeAll(async () => {
    server = await startMariadb();
    admin = await createConnection({ host: server.host, port: server.port, user: server.user, charset: 'utf8mb4' });
    await admin.query('create database register character set utf8mb4');
    await admin.query('use register');
    await createPeople(admin);
  }, 300_000);
  afterEach(async () => {
    for (const source of sources.splice(0)) await source.close();
  });
  afterAll(async () => {
    await admin.end();
    await server.stop();
  });

  describeSource('MariaDB', () => {
    const source = new MysqlSource(aConfig(), [table]);
    return Promise.resolve({ source, stop: () => source.close() });
  });

  it('reads in sessions that cannot write, with a time limit', async () => {
    await admin.query('create function is_read_only() returns int return @@transaction_read_only');
    await admin.query('create function seconds() returns decimal(9, 3) return @@max_statement_time');
    await admin.query('create function zone() returns varchar(9) return @@time_zone');
    await admin.query(
      'create view settings as select 1 as id, is_read_only() as small, seconds() as amount, zone() as name',
    );
    const { small, amount, name } = PEOPLE.fields;
    const source = open({ statementTimeoutMs: 1500 }, inRegister('settings', { id: small, small, amount, name }));
    expect(await source.read(aQuery({ columns: ['small', 'amount', 'name'] }), patient)).toEqual([
      [1, '1.5', '+08:00'],
    ]);
  });

  it('gives up a statement that takes too long, and serves on', async () => {
    const { small } = PEOPLE.fields;
    await admin.query('create table numbers (id int primary key)');
    await admin.query('insert into numbers values (1), (2)');
    await admin.query('create view slow as select id, if(id = 2, sleep(60), 0) as small from numbers');
    const source = open({ statementTimeoutMs: 200, poolSize: 1 }, inRegister('slow', { id: small, small }));
    const row = (id: number) => aQuery({ columns: ['small'], where: [{ field: 'id', op: 'eq', value: id }] });
    await expect(source.read(row(2), patient)).rejects.toMatchObject({ code: 'SOURCE_TIMEOUT', detail: undefined });
    expect(await source.read(row(1), patient)).toEqual([[0]]);
  });

  it('takes a text for no number, and says of a character that the set of the column lacks it', async () => {
    const { id, name, active } = PEOPLE.fields;
    await admin.query(`create table odd (id int primary key, name varchar(20) character set gbk, active bit(1))`);
    await admin.query("insert into odd values (0, '张三', b'1'), (7, 'é', null)");
    const source = open({}, inRegister('odd', { id, name, active }));
    const matching = (field: string, value: string) =>
      source.read(aQuery({ columns: ['id', 'name', 'active'], where: [{ field, op: 'eq', value }] }), patient);
    expect(await matching('id', 'abc')).toEqual([]);
    expect(await matching('id', '0')).toEqual([['0', '张三', true]]);
    expect(await matching('name', '张三')).toEqual([['0', '张三', true]]);
    await expect(matching('name', '𠮷')).rejects.toMatchObject({ code: 'FILTER_INVALID' });
  });

  it('uses the index of the column for eq, in and the key', async () => {
    await admin.query('create table indexed (id varchar(20) primary key, name varchar(20), small int, key (small))');
    await admin.query("insert into indexed select concat('p', seq), concat('n', seq), seq from seq_1_to_20000");
    await admin.query('analyze table indexed');
    const { id, name, small } = PEOPLE.fields;
    const source = open({ poolSize: 1 }, inRegister('indexed', { id, name, small }));
    const readBy = async (act: () => Promise<unknown>): Promise<number> => {
      const counted = () => rowsRead(admin);
      const before = await counted();
      await act();
      return (await counted()) - before;
    };
    const read = (changes: Parameters<typeof aQuery>[0]) => readBy(() => source.read(aQuery(changes), patient));
    expect(await read({ where: [{ field: 'id', op: 'eq', value: 'p777' }] })).toBeLessThan(30);
    expect(await read({ where: [{ field: 'id', op: 'in', value: ['p777', 'p778'] }] })).toBeLessThan(30);
    expect(await read({ where: [{ field: 'small', op: 'eq', value: 777 }] })).toBeLessThan(30);
    expect(await read({ after: ['p5'], limit: 10 })).toBeLessThan(50);
  });

  it('tells an operator by code what is wrong with its tables, and a caller nothing', async () => {
    const wrong = open({}, inRegister('nowhere', PEOPLE.fields));
    await expect(wrong.check()).rejects.toThrow('ER_NO_SUCH_TABLE');
    await expect(wrong.read(aQuery(), patient)).rejects.toMatchObject({
      code: 'SOURCE_UNAVAILABLE',
      detail: undefined,
    });
  });

  it('is unavailable where nobody listens or the password is wrong, and comes back after a cut', async () => {
    for (const url of ['mysql://root@127.0.0.1:9/register', aConfig().url.replace('root', 'root:wrong')]) {
      const failing = open({ url }).read(aQuery(), patient);
      await expect(failing).rejects.toMatchObject({ code: 'SOURCE_UNAVAILABLE', detail: undefined });
    }
    const source = open({ poolSize: 1 });
    const once = () => source.read(aQuery({ limit: 1 }), patient);
    expect(await once()).toHaveLength(1);
    const [[connection]] = (await admin.query(
      'select id from information_schema.processlist where id <> connection_id() and db = ?',
      ['register'],
    )) as unknown as [{ id: number }[]];
    await admin.query('kill ?', [connection?.id]);
    // The cut may be noticed by the read or, before it, by the idle connection.
    expect(await once().catch(once)).toHaveLength(1);
  });
});

/** A collation that tells neither case nor accents apart: what a department really has. */
async function createPeople(admin: Connection): Promise<void> {
  await admin.query('create database `odd ``schema```');
  await admin.query(`create table \`odd \`\`schema\`\`\`.\`people.of all; kinds\` (
    id char(4) primary key, \`full \`\`name\`\` as c0\` varchar(100), small int, big bigint not null,
    amount decimal(38, 18), active tinyint(1), born date, seen timestamp(6) null, local datetime(6))
    character set utf8mb4 collate utf8mb4_general_ci`);
  await admin.query(`set time_zone = '${UTC_OFFSET}'`);
  for (const { seen, local, ...person } of people) {
    const [seenThere, localThere] = [seen, local].map((time) => time && localTime(String(time), UTC_OFFSET));
    await admin.execute('insert into `odd ``schema```.`people.of all; kinds` values (?, ?, ?, ?, ?, ?, ?, ?, ?)', [
      ...Object.values(person),
      seenThere ?? null,
      localThere ?? null,
    ]);
  }
}

/** Rows that the server's storage has given so far, to whomever. */
async function rowsRead(admin: Connection): Promise<number> {
  const [rows] = (await admin.query("show global status like 'Handler_read%'")) as unknown as [{ Value: string }[]];
  return rows.reduce((sum, { Value }) => sum + Number(Value), 0);
}
