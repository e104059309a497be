import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { problemsPage } from './problems-page.js';

const root = join(import.meta.dirname, '..', '..');
const fence = /^(`{3,})[^\n]*\n[\s\S]*?^\1$/gm;

it('documents each problem code as the code has it (npm run docs writes the page)', () => {
  expect(read('docs/problems.md')).toBe(problemsPage());
});

it('links only to files and headings that are there', () => {
  const links = pages().flatMap((page) => linksOf(page).map((target) => ({ page, target })));
  expect(links.length).toBeGreaterThan(20);
  expect(links.filter(({ page, target }) => !resolves(page, target))).toEqual([]);
});

it('shows the same commands and outputs in both languages, but for the words beside the first', () => {
  const [english, chinese] = [fencesOf('README.md'), fencesOf('README.zh-CN.md')];
  expect(english.length).toBeGreaterThan(1);
  expect(chinese.slice(1)).toEqual(english.slice(1));
});

function pages(): string[] {
  return execFileSync('git', ['ls-files', '-z', '*.md'], { cwd: root, encoding: 'utf8' }).split('\0').filter(Boolean);
}

function linksOf(page: string): string[] {
  const prose = read(page)
    .replace(fence, '')
    .replace(/`[^`\n]*`/g, '');
  const targets = [...prose.matchAll(/\]\(([^()\s]+)\)/g)].map(([, target = '']) => target);
  return targets.filter((target) => !/^[a-z][a-z0-9+.-]*:/i.test(target));
}

function resolves(page: string, target: string): boolean {
  const [path = '', anchor] = target.split('#');
  const file = path === '' ? page : relative(root, join(root, dirname(page), decodeURIComponent(path)));
  if (!existsSync(join(root, file))) return false;
  return anchor === undefined || anchorsOf(file).has(decodeURIComponent(anchor));
}

/** Those that a page names itself, and those that GitHub makes of its headings. */
function anchorsOf(page: string): Set<string> {
  const text = read(page).replace(fence, '');
  const named = [...text.matchAll(/<a id="([^"]+)">/g)].map(([, id = '']) => id);
  const headings = [...text.matchAll(/^#+ (.+)$/gm)].map(([, words = '']) => slug(words));
  return new Set([...named, ...headings]);
}

function slug(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-');
}

function fencesOf(page: string): string[] {
  return [...read(page).matchAll(fence)].map(([text]) => text);
}

function read(page: string): string {
  return readFileSync(join(root, page), 'utf8');
}
