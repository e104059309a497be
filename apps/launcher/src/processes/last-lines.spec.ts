import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lastLines } from './last-lines.js';

const folder = mkdtempSync(join(tmpdir(), 'sluice-lines-'));
const file = join(folder, 'gateway.log');

afterAll(() => {
  rmSync(folder, { recursive: true });
});

function ofLog(text: string, from?: number): string[] {
  writeFileSync(file, text);
  return lastLines(file, from).split('\n');
}

it('tells what services log in words, without their stacks', () => {
  const failure = {
    level: 60,
    msg: 'could not start',
    err: { message: 'no database', stack: 'Error: no database\n at x' },
  };
  expect(ofLog(`${JSON.stringify({ level: 30, msg: 'listening' })}\n${JSON.stringify(failure)}\n`)).toEqual([
    '  listening',
    '  could not start: no database',
  ]);
});

it('prints what is no log line as it stands', () => {
  expect(ofLog('FATAL: out of memory\n{"half\n')).toEqual(['  FATAL: out of memory', '  {"half']);
});

it('keeps to the end, and to the run that is asked about', () => {
  const lines = Array.from({ length: 20 }, (_, index) => `line ${String(index)}`).join('\n');
  expect(ofLog(`${lines}\n`)).toEqual(Array.from({ length: 8 }, (_, index) => `  line ${String(index + 12)}`));
  expect(ofLog('before\nafter\n', 'before\n'.length)).toEqual(['  after']);
});
