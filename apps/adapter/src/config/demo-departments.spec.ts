import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readDepartment } from './read-department.js';

const folder = join(import.meta.dirname, '../../../../deploy/demo/departments');
const variables = { SOURCE_URL: 'postgres://127.0.0.1/source', SOURCES: '/sources' };

it.each(readdirSync(folder))('reads the demonstration department of %s', (file) => {
  const config = readDepartment(join(folder, file), variables);
  expect(`${config.department.id}.yaml`).toBe(file);
});
