import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { problemsPage } from './problems-page.js';

const root = join(import.meta.dirname, '..', '..');
const fence = /^(`{3,})[^\n]*\n[\s\S]*?^\1$/gm;

it('documents each problem code as the code has it (npm run docs writes the page)', () => {
  expect(read('docs/problems.md')).toBe(problemsPage());
});

it('shows the same commands and outputs in both languages, but for the words beside the first', () => {
  const [english, chinese] = [fencesOf('README.md'), fencesOf('README.zh-CN.md')];
  expect(english.length).toBeGreaterThan(1);
  expect(chinese.slice(1)).toEqual(english.slice(1));
});

function fencesOf(page: string): string[] {
  return [...read(page).matchAll(fence)].map(([text]) => text);
}

function read(page: string): string {
  return readFileSync(join(root, page), 'utf8');
}
