import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { locationFile, placeData } from './data-place.js';
import { isTraversable } from './traversable.js';

/** Neither the owner of any folder here nor in its group. */
const stranger = { uid: 61_234, gid: 61_234 };
let home: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'sluice-place-'));
});

afterEach(() => {
  rmSync(home, { recursive: true, force: true });
});

it('leaves the data where it is wanted when the account can get there', () => {
  chmodSync(home, 0o711);
  expect(placeData(join(home, 'postgres'), stranger)).toBe(join(home, 'postgres'));
  expect(existsSync(locationFile(join(home, 'postgres')))).toBe(false);
});

it('leaves the data where it is wanted when the server runs as whoever started it', () => {
  expect(placeData(join(home, 'postgres'), undefined)).toBe(join(home, 'postgres'));
});

it('moves the data out of a private folder, notes where to, and keeps to the note', () => {
  const wanted = join(home, 'postgres');
  const place = placeData(wanted, stranger);
  expect(isTraversable(place, stranger)).toBe(true);
  expect(readFileSync(locationFile(wanted), 'utf8')).toBe(`${place}\n`);
  chmodSync(home, 0o711);
  expect(placeData(wanted, stranger)).toBe(place);
  rmSync(dirname(place), { recursive: true });
});

it('cannot be passed where one folder on the way is closed, however open the last one is', () => {
  chmodSync(home, 0o700);
  const open = join(home, 'closed', 'open');
  mkdirSync(open, { recursive: true, mode: 0o777 });
  expect(isTraversable(open, stranger)).toBe(false);
  chmodSync(home, 0o711);
  expect(isTraversable(open, stranger)).toBe(true);
  chmodSync(dirname(open), 0o700);
  expect(isTraversable(open, stranger)).toBe(false);
});
