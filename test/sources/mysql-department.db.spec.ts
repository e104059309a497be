import { createConnection } from 'mysql2/promise';
import type { StagedSource } from '../../apps/adapter/test/adapter-under-test.js';
import { describeWhere } from '../support/describe-where.js';
import { mariadbAvailability, startMariadb } from '../support/mariadb-server.js';
import { describeDepartment, exampleOf, RESIDENT, SLOW, SLOW_SECONDS } from './department-suite.js';

describeWhere('MariaDB', mariadbAvailability())('over MariaDB', () => {
  describeDepartment('mysql.yaml', registerInMariadb, 'mysql://reader@127.0.0.1:9/register');
});

/** The register as a view: what makes one of its rows slow is in there. */
async function registerInMariadb(): Promise<StagedSource> {
  await using undo = new AsyncDisposableStack();
  const server = undo.adopt(await startMariadb(), (one) => one.stop());
  const { host, port, user } = server;
  const admin = undo.adopt(await createConnection({ host, port, user, charset: 'utf8mb4' }), (one) => one.end());
  await admin.query('create database register character set utf8mb4');
  await admin.query('use register');
  await admin.query(
    'create table everybody (id_number varchar(18) primary key, full_name varchar(50), birth_date date, household_size int)',
  );
  const insert = 'insert into everybody values (?, ?, ?, ?)';
  await admin.execute(insert, [...Object.values(RESIDENT)]);
  await admin.execute(insert, [SLOW, '李四', '1990-01-01', 1]);
  await admin.query(`create view residents as select id_number, full_name, birth_date,
    if(id_number = '${SLOW}', sleep(${SLOW_SECONDS}), household_size) as household_size from everybody`);
  // As the example advises: one who reads this, and nothing else.
  await admin.query("create user reader@127.0.0.1 identified by 'password'");
  await admin.query('grant select on register.residents to reader@127.0.0.1');
  const opened = undo.move();
  return {
    department: exampleOf('mysql.yaml'),
    variables: { SOURCE_URL: `mysql://reader:password@${host}:${port}/register` },
    stop: () => opened.disposeAsync(),
  };
}
