import { parseYaml } from '#platform/config/load-yaml.js';
import { departmentConfig } from './department.js';
import { expandVariables } from './expand-variables.js';

const variables = { SOURCE_URL: 'postgres://reader:secret@db.internal:5432/population' };
const read = (text: string) =>
  parseYaml(text, 'population.yaml', departmentConfig, (value) => expandVariables(value, variables));

const head = `department: { id: population, title: { zh: 人口, en: Population } }
source: { kind: postgres, url: '\${SOURCE_URL}' }
resources:
`;
const resource = (changes: Record<string, string> = {}) => {
  const members: Record<string, string> = {
    id: 'population/residents',
    title: '{ zh: 居民, en: Residents }',
    sharing: 'conditional',
    from: '{ table: residents }',
    key: '[resident_id]',
    fields: '{ resident_id: { column: id_number, type: string, title: { zh: 号, en: Id }, operators: [eq, in] } }',
    ...changes,
  };
  return `  - ${Object.entries(members)
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n    ')}\n`;
};

it('reads a department, with the variables of its file expanded and the defaults filled in', () => {
  expect(read(head + resource())).toMatchObject({
    kind: 'postgres',
    department: { id: 'population' },
    source: { url: variables.SOURCE_URL, statementTimeoutMs: 3000, poolSize: 4 },
    resources: [{ key: ['resident_id'], fields: { resident_id: { column: 'id_number', operators: ['eq', 'in'] } } }],
  });
});

it.each([
  [
    'a variable that is not set',
    head.replace('SOURCE_URL', 'SOURCE_URI'),
    /^population\.yaml:2:27: source\.url: .*SOURCE_URI is not set/,
  ],
  ['an unknown kind of source', head.replace('postgres', 'oracle'), /^population\.yaml:2:11: source\.kind: /],
  ['an URL of another database', head.replace("'${SOURCE_URL}'", 'mysql://a'), /:2:27: source\.url: .*postgres:\/\//],
  ['a misspelt member', head.replace('kind: postgres,', 'kind: postgres, poolsize: 3,'), /:2:27: source: .*poolsize/],
  ["a table of another department's kind", head + resource({ from: '{ csv: a.csv }' }), /:7:13: resources\.0\.from/],
  [
    'a resource of another department',
    head + resource({ id: 'tax/residents' }),
    /:4:5: resources\.0\.id: .*population\//,
  ],
  ['a resource twice', head + resource() + resource(), /:10:5: resources\.1\.id: is the id of a resource above/],
  [
    'a key that is no field',
    head + resource({ key: '[id_number]' }),
    /:8:11: resources\.0\.key\.0: there is no field id_number/,
  ],
  ['no field', head + resource({ fields: '{}' }), /:9:5: resources\.0\.fields: names no field/],
  [
    'an operator that the type does not have',
    head + resource({ fields: '{ resident_id: { type: boolean, title: { zh: a, en: b }, operators: [eq, lt] } }' }),
    /:9:\d+: resources\.0\.fields\.resident_id\.operators\.1: lt cannot be asked of a boolean/,
  ],
  [
    'a field name that people cannot tell apart',
    head + resource({ fields: '{ rеsident_id: { type: string, title: { zh: a, en: b } } }' }),
    /:9:\d+: resources\.0\.fields/,
  ],
])('names file, line and field of %s', (_, text, message) => {
  const whole = text === head || !text.includes('- id:') ? text + resource() : text;
  expect(() => read(whole)).toThrow(message);
});

const files = head.replace(/source: .*/, 'source: { kind: files }');

it('reads a file with its own options', () => {
  const config = read(
    files +
      resource({ from: "{ csv: strikes.csv, rowNumber: row, options: { nulls: ['', NA], dateFormat: '%m/%d/%y' } }" }),
  );
  expect(config.resources[0]?.from).toEqual({
    csv: 'strikes.csv',
    rowNumber: 'row',
    options: {
      delimiter: ',',
      quote: '"',
      escape: '"',
      header: true,
      encoding: 'utf-8',
      nulls: ['', 'NA'],
      dateFormat: '%m/%d/%y',
    },
  });
});

it('speaks of the kind of file that was meant', () => {
  expect(() => read(files + resource({ from: '{ parquet: a.parquet, options: {} }' }))).toThrow(
    /:7:33: resources\.0\.from: .*options/,
  );
  expect(() => read(files + resource({ from: '{ table: residents }' }))).toThrow(/:7:5: resources\.0\.from\.csv: /);
});

const fields = '{ resident_id: { at: /id, type: string, title: { zh: 号, en: Id }, operators: [eq, in] } }';
const http = head.replace(
  /source: .*/,
  "source: { kind: http, url: 'https://api.internal/v2', auth: { kind: bearer, token: t } }",
);

it('reads an HTTP API with its templates', () => {
  const config = read(
    http + resource({ fields, from: "{ path: '/residents/{resident_id.eq}', query: { id: '{resident_id.in}' } }" }),
  );
  expect(config.resources[0]?.from).toMatchObject({ method: 'GET', rowsAt: '', maxRows: 5000 });
});

it.each([
  [
    'an operator that no placeholder expresses',
    "{ path: /residents, query: { id: '{resident_id.eq}' } }",
    /operators\.1: the request template does not express in/,
  ],
  ['a placeholder of no field', "{ path: '/residents/{person.eq}' }", /from\.path: there is no field person/],
  [
    'a placeholder inside other text',
    "{ path: /residents, query: { q: 'id={resident_id.eq}' } }",
    /from\.query\.q: .* is no placeholder/,
  ],
  ['a list in the path', "{ path: '/residents/{resident_id.in}' }", /from\.path: only eq can stand in the path/],
  ['a body on GET', "{ path: /residents, body: { id: '{resident_id.eq}' } }", /from\.body: GET has no body/],
])('refuses a template with %s', (_, from, message) => {
  expect(() => read(http + resource({ fields, from }))).toThrow(message);
});
