import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepareKeys } from '../setup/keys.js';
import { writeTrustIn } from '../setup/write-trust.js';
import { writeHomeFile } from './home-file.js';
import { keyFile } from './key-files.js';
import { Secrets } from './secrets.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-home-file-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

const damaged = (file: string) =>
  expect.objectContaining({
    name: 'LauncherError',
    code: 'HOME_DAMAGED',
    message: expect.stringMatching(
      new RegExp(
        `^${file} cannot be read: .*npm run reset removes everything, or put the file back from a backup`,
        's',
      ),
    ) as string,
  }) as Error;

/** What a process that is killed while it writes in place leaves, and what a full disk does. */
function cut(file: string, length: 'half' | 'empty'): void {
  truncateSync(file, length === 'empty' ? 0 : Math.floor(statSync(file).size / 2));
}

describe.each(['half', 'empty'] as const)(
  'a file of the home that is cut (%s) is named, with the way out:',
  (length) => {
    it('the passwords', () => {
      const file = join(folder, 'secrets.json');
      new Secrets(file).passwordOf('gateway');
      cut(file, length);
      expect(() => new Secrets(file)).toThrow(damaged(file));
    });

    it('a key', () => {
      const { file } = keyFile(folder, 'gateway');
      cut(file, length);
      expect(() => keyFile(folder, 'gateway')).toThrow(damaged(file));
    });

    it('whom a verifier believes', async () => {
      const file = join(folder, 'trust.json');
      writeFileSync(file, JSON.stringify({ logs: [], departments: [] }));
      cut(file, length);
      await expect(writeTrustIn(file, prepareKeys(folder, []), 'http://127.0.0.1:1')).rejects.toThrow(damaged(file));
    });
  },
);

it('names a file of the home that is whole and says something else', () => {
  const file = join(folder, 'secrets.json');
  writeFileSync(file, '{"gateway": 7}');
  expect(() => new Secrets(file)).toThrow(damaged(file));
});

it('replaces a file whole or not at all, and leaves nothing beside it', () => {
  const file = join(folder, 'trust.json');
  writeHomeFile(file, 'before');
  const before = statSync(file).ino;
  writeHomeFile(file, 'after');
  expect(readFileSync(file, 'utf8')).toBe('after');
  expect(statSync(file).ino).not.toBe(before);
  expect(readdirSync(folder)).toEqual(['trust.json']);
});

it('writes over what a start that was killed left beside a file', () => {
  const file = join(folder, 'secrets.json');
  writeFileSync(`${file}.new`, '{"gate', { mode: 0o644 });
  const password = new Secrets(file).passwordOf('gateway');
  expect(new Secrets(file).passwordOf('gateway')).toBe(password);
  expect(statSync(file).mode & 0o077).toBe(0);
  expect(existsSync(`${file}.new`)).toBe(false);
});
