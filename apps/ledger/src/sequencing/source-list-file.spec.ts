import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateSigningKey, publicJwk, type SigningKey } from '#exchange/keys.js';
import { SourceListFile } from './source-list-file.js';

const [old, next] = [generateSigningKey(), generateSigningKey('ES256')];
let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-sources-'));
  file = join(folder, 'sources.json');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function list(...keys: SigningKey[]): void {
  const sources = [{ source: 'gateway', keys: keys.map(({ key }) => publicJwk(key)) }];
  writeFileSync(file, JSON.stringify({ sources }));
}
const kids = (opened: SourceListFile) => [...(opened.keys.get('gateway')?.keys() ?? [])];

it('takes up what the file says anew, key by key', async () => {
  list(old);
  const opened = SourceListFile.open(file, new Map());
  expect(await opened.refresh()).toBe(false);
  list(old, next);
  expect([await opened.refresh(), kids(opened)]).toEqual([true, [old.kid, next.kid]]);
  list(next);
  expect([await opened.refresh(), kids(opened)]).toEqual([true, [next.kid]]);
});

it('goes on with what it had while the file cannot be used, and says what is wrong', async () => {
  list(old);
  const opened = SourceListFile.open(file, new Map());
  writeFileSync(file, '{"sources": [');
  await expect(opened.refresh()).rejects.toMatchObject({ code: 'SYNTAX' });
  writeFileSync(file, '{"sources": []}');
  await expect(opened.refresh()).rejects.toMatchObject({ code: 'SCHEMA' });
  rmSync(file);
  await expect(opened.refresh()).rejects.toMatchObject({ code: 'UNREADABLE' });
  expect(kids(opened)).toEqual([old.kid]);
});

it('lists the ledger itself with its own keys, whatever the file says', async () => {
  const keys = [publicJwk(next.key)];
  writeFileSync(file, JSON.stringify({ sources: [{ source: 'ledger', keys }] }));
  const own = new Map([['ledger', new Map([[old.kid, old.key]])]]);
  const opened = SourceListFile.open(file, own);
  await opened.refresh();
  expect(opened.keys).toEqual(own);
});

it('is not opened with a key whose name is another’s, and says which', () => {
  const keys = [publicJwk(next.key), { ...publicJwk(old.key), kid: next.kid }];
  writeFileSync(file, JSON.stringify({ sources: [{ source: 'gateway', keys }] }));
  expect(() => SourceListFile.open(file, new Map())).toThrow(/sources\.json:1:\d+: sources\.0\.keys\.1: KEY_ID_WRONG/);
});
