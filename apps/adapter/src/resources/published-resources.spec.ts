import { departmentConfig } from '../config/department.js';
import { publicationOf } from './published-resources.js';

const resource = (name: string, sharing: string) => ({
  id: `population/${name}`,
  title: { zh: '表', en: name },
  sharing,
  from: { table: `secret_${name}` },
  key: ['id'],
  fields: { id: { column: 'secret_id', type: 'string', title: { zh: '号', en: 'Id' }, operators: ['eq'] } },
});
const department = departmentConfig.parse({
  department: { id: 'population', title: { zh: '人口', en: 'Population' } },
  source: { kind: 'postgres', url: 'postgres://reader:secret@db.internal:5432/population' },
  resources: [resource('residents', 'conditional'), resource('adoptions', 'none')],
});

it('tells what is shared, and nothing of the source or of what is not', () => {
  const publication = publicationOf(department);
  expect(publication.resources.map(({ id }) => id)).toEqual(['population/residents']);
  expect(JSON.stringify(publication)).not.toMatch(/secret|adoptions/);
});
