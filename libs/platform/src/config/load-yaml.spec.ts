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
  [
    'an alias that means nothing',
    'department: { id: a, port: *p }\nfields: []',
    /^population\.yaml:1:28: no anchor &p before the alias \*p$/,
  ],
  ['an alias before its anchor', 'department: { id: *a, port: 1 }\nfields: [&a b]', /^population\.yaml:1:19: .*\*a$/],
  ['an alias inside what it means', 'fields: &f\n  - *f', /^population\.yaml:2:5: .*\*f .*inside/],
  ['an empty file', '', /^population\.yaml:1:1: \(file\): /],
])('names file, line and field of %s', (_, text, message) => {
  expect(() => read(text)).toThrow(message);
});

it('reads an alias as what it means', () => {
  expect(read('department: { id: &a b, port: 1 }\nfields:\n  - &f { name: *a }\n  - *f')).toMatchObject({
    fields: [{ name: 'b' }, { name: 'b' }],
  });
});

it('stops at the alias with which a small file would grow beyond measure', () => {
  const levels = Array.from({ length: 12 }, (_, level) => {
    const tenTimes = Array.from({ length: 10 }, () => (level === 0 ? 'x' : `*l${level - 1}`)).join(', ');
    return `  - &l${level} [${tenTimes}]`;
  });
  const bomb = () => read(['fields:', ...levels].join('\n'));
  expect(bomb).toThrow(expect.objectContaining({ name: 'ConfigError', code: 'SYNTAX' }) as Error);
  expect(bomb).toThrow(/^population\.yaml:5:\d+: the aliases up to \*l2 stand for more than 10000 values$/);
});

it('names every error, a line each', () => {
  expect(() => read('department: { id: 1, port: x }\nfields: 3')).toThrow(/id[^\n]*\n.*port[^\n]*\n.*fields/);
});

it('says when the file is not there', async () => {
  const { loadYaml } = await import('./load-yaml.js');
  expect(() => loadYaml('/no/such/file.yaml', schema)).toThrow(/no\/such\/file\.yaml: .*ENOENT/);
});
