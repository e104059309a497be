import { existsSync } from 'node:fs';
import { createConnection } from 'mysql2/promise';
import { describeWhere } from './describe-where.js';
import { mariadbAvailability, startMariadb } from './mariadb-server.js';

const describeMariadb = describeWhere('MariaDB', mariadbAvailability());

describeMariadb('the MariaDB for tests', () => {
  it('starts, keeps what it is told in Chinese, and is gone when it is stopped', async () => {
    const server = await startMariadb();
    const { host, port, user } = server;
    const client = await createConnection({ host, port, user });
    await client.query('CREATE DATABASE register CHARACTER SET utf8mb4');
    await client.query('CREATE TABLE register.resident (name VARCHAR(40))');
    await client.execute('INSERT INTO register.resident VALUES (?)', ['\u738b\u5c0f\u660e']);
    const [rows] = await client.query('SELECT name, VERSION() AS version FROM register.resident');
    expect(rows).toEqual([{ name: '\u738b\u5c0f\u660e', version: '11.4.5-MariaDB' }]);
    await client.end();

    await server.stop();
    expect(existsSync(`/proc/${server.pid}`)).toBe(false);
    await expect(createConnection({ host, port, user })).rejects.toThrow('ECONNREFUSED');
  }, 300_000);
});
