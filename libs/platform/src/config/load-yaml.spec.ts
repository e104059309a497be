import { z } from 'zod';
import { parseYaml } from './load-yaml.js';

const schema = z.strictObject({
  department: z.strictObject({ id: z.string(), port: z.int() }),
  fields: z.array(z.strictObject({ name: z.string() })),
});
const read = (text: string) => parseYaml(text, 'population.yaml', schema);

it('reads what fits the schema', () => {
  expect(read('department: { id: a, port: 1 }\nfields: [{ name: b }]')).toEqual({
    department: { id: 'a', port: 1 },
    fields: [{ name: 'b' }],
  });
});

it.each([
  ['a wrong type', 'department:\n  id: a\n  port: many\nfields: []', /^population\.yaml:3:3: department\.port: /],
  [
    'an unknown field',
    'department: { id: a, port: 1 }\nfields:\n  - name: b\n    nmae: c',
    /^population\.yaml:4:5: fields\.0: .*nmae/,
  ],
  ['a missing field', 'department:\n  id: a\nfields: []', /^population\.yaml:1:1: department\.port: /],
  [
    'an item of a list',
    'department: { id: a, port: 1 }\nfields:\n  - name: b\n  - 7',
    /^population\.yaml:4:5: fields\.1: /,
  ],
  ['broken syntax', 'department: {\nfields: ]', /^population\.yaml:2:1: .*flow/i],
  ['a key twice', 'department: { id: a, port: 1 }\nfields: []\nfields: []', /^population\.yaml:3:1: .*unique/i],
  ['an empty file', '', /^population\.yaml:1:1: \(file\): /],
])('names file, line and field of %s', (_, text, message) => {
  expect(() => read(text)).toThrow(message);
});

it('names every error, a line each', () => {
  expect(() => read('department: { id: 1, port: x }\nfields: 3')).toThrow(/id[^\n]*\n.*port[^\n]*\n.*fields/);
});

it('says when the file is not there', async () => {
  const { loadYaml } = await import('./load-yaml.js');
  expect(() => loadYaml('/no/such/file.yaml', schema)).toThrow(/no\/such\/file\.yaml: .*ENOENT/);
});
