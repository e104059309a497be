import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { LONGEST, longestFirst } from './longest-first.js';

const root = join(import.meta.dirname, '..', '..');

it('puts what takes longest first, and leaves the others in their order', () => {
  const [first = '', second = ''] = LONGEST;
  const others = ['libs/z.spec.ts', 'libs/a.spec.ts', `other/${first}.ts`];
  const tests = [others[0]!, second, others[1]!, first, others[2]!].map((path) => ({ path: join(root, path) }));
  expect(longestFirst(tests).map(({ path }) => path)).toEqual(
    [first, second, ...others].map((path) => join(root, path)),
  );
});

it('names files that there are', () => {
  expect(LONGEST.filter((file) => !existsSync(join(root, file)))).toEqual([]);
});
