import { readFileSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeBase64, encodeBase64 } from '#merkle/base64.js';

export interface Damage {
  readonly name: string;
  /** Changes the files of a log below a folder. */
  readonly apply: (folder: string) => void;
  /** False for damage that a verifier cannot see that knows nothing of the log's past. */
  readonly isVisibleToAll: boolean;
}

/** What must not be accepted. `older`: a checkpoint that the log signed before. */
export function damages(older: Buffer): readonly Damage[] {
  const visible = (name: string, apply: Damage['apply']): Damage => ({ name, apply, isVisibleToAll: true });
  return [
    visible('a flipped bit in a full entry bundle', (folder) => {
      flipBit(join(folder, 'tile/entries/001'), 700);
    }),
    visible('a flipped bit in the last entry bundle', (folder) => {
      flipBit(partial(folder, 'entries'), 9);
    }),
    visible('a flipped bit in a full hash tile', (folder) => {
      flipBit(join(folder, 'tile/0/002'), 4000);
    }),
    visible('a flipped bit in an entry bundle past the thousandth', (folder) => {
      flipBit(join(folder, 'tile/entries/x001/000'), 700);
    }),
    visible('a hash tile past the thousandth that is missing', (folder) => {
      rmSync(join(folder, 'tile/0/x001/000'));
    }),
    visible('a flipped bit in a partial hash tile', (folder) => {
      flipBit(partial(folder, '0'), 5);
    }),
    visible('a flipped bit in a tile of level 1', (folder) => {
      flipBit(partial(folder, '1'), 33);
    }),
    visible('a flipped bit in a tile of level 2', (folder) => {
      flipBit(partial(folder, '2'), 5);
    }),
    visible('a flipped bit in the checkpoint’s root', (folder) => {
      changeLine(folder, 2, flipFirstByte);
    }),
    visible('a flipped bit in the checkpoint’s signature', (folder) => {
      changeLine(folder, 4, flipSignature);
    }),
    visible('another size in the checkpoint', (folder) => {
      changeLine(folder, 1, (size) => String(Number(size) - 1));
    }),
    visible('another origin in the checkpoint', (folder) => {
      changeLine(folder, 0, (origin) => `${origin}0`);
    }),
    visible('a hash tile that is cut short', (folder) => {
      truncateSync(join(folder, 'tile/0/003'), 8191);
    }),
    visible('an entry bundle that is cut short', (folder) => {
      truncateSync(join(folder, 'tile/entries/003'), 5000);
    }),
    visible('a hash tile that is missing', (folder) => {
      rmSync(join(folder, 'tile/0/004'));
    }),
    visible('an entry bundle that is missing', (folder) => {
      rmSync(join(folder, 'tile/entries/004'));
    }),
    visible('two bundles that changed places', (folder) => {
      const [a, b] = [join(folder, 'tile/entries/000'), join(folder, 'tile/entries/001')];
      const [first, second] = [readFileSync(a), readFileSync(b)];
      writeFileSync(a, second);
      writeFileSync(b, first);
    }),
    {
      name: 'a size that was rolled back to an older checkpoint',
      apply: (folder) => {
        writeFileSync(join(folder, 'checkpoint'), older);
      },
      isVisibleToAll: false,
    },
  ];
}

function flipBit(file: string, at: number): void {
  const bytes = readFileSync(file);
  if (at >= bytes.length) throw new Error(`${file} has no byte ${at}`);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  writeFileSync(file, bytes);
}

/** The last partial tile of a level, at its widest: the one that the checkpoint asks for. */
function partial(folder: string, level: string): string {
  let at = join(folder, 'tile', level);
  // The thousandth tile and those after it lie in folders of their own, whose names come after all others.
  for (let last = lastIn(at); last.startsWith('x'); last = lastIn(at)) at = join(at, last);
  const tile = lastIn(at, '.p');
  const widths = readdirSync(join(at, tile)).map(Number);
  return join(at, tile, String(Math.max(...widths)));
}

function lastIn(folder: string, ending = ''): string {
  const names = readdirSync(folder).filter((name) => name.endsWith(ending));
  return names.sort().at(-1) ?? '';
}

function changeLine(folder: string, number: number, change: (line: string) => string): void {
  const file = join(folder, 'checkpoint');
  const lines = readFileSync(file, 'utf8').split('\n');
  lines[number] = change(lines[number] ?? '');
  writeFileSync(file, lines.join('\n'));
}

function flipFirstByte(base64: string): string {
  const bytes = decodeBase64(base64);
  return encodeBase64(bytes.with(0, (bytes[0] ?? 0) ^ 1));
}

function flipSignature(line: string): string {
  const at = line.lastIndexOf(' ') + 1;
  const bytes = decodeBase64(line.slice(at));
  return line.slice(0, at) + encodeBase64(bytes.with(20, (bytes[20] ?? 0) ^ 1));
}
