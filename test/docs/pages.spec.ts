import { readFileSync } from 'node:fs';
import { problemsPage } from './problems-page.js';

it('documents each problem code as the code has it (npm run docs writes the page)', () => {
  expect(readFileSync(new URL('../../docs/problems.md', import.meta.url), 'utf8')).toBe(problemsPage());
});
