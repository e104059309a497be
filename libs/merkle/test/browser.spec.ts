import { createContext, runInContext } from 'node:vm';
import { chromiumAvailability, inChromium } from '../../../test/support/chromium.js';
import { describeWhere } from '../../../test/support/describe-where.js';
import { encodeBase64 } from '../src/base64.js';
import { publicKeyOf } from '../src/ed25519.js';
import { formatVkey, NOTE_ALGORITHM, noteKey } from '../src/note-key.js';
import { bundleForBrowser, portableFiles } from './browser-bundle.js';
import { goLog } from './go-vectors.js';
import type { Given, Verdict } from './in-page.js';
import { damaged, flip, logFiles, type LogFiles } from './log-files.js';
import { someEntries } from './naive-tree.js';

const script = await bundleForBrowser([...portableFiles(), 'test/in-page.ts']);

/** What the script gives where the language is, and of the web only what it may use. */
function inBareContext(expression: string): unknown {
  return runInContext(`${script}\n${expression}`, createContext({ TextEncoder, TextDecoder }));
}

const log = logFiles(someEntries(goLog.size));
const filesOf = ({ files }: LogFiles) =>
  Object.fromEntries([...files].map(([path, bytes]) => [path, encodeBase64(bytes)]));
const vkeyOf = ({ name, seed }: (typeof goLog.witnesses)[number]) =>
  formatVkey(noteKey(name, NOTE_ALGORITHM.cosignature, publicKeyOf(seed)));
const witnesses = goLog.witnesses.map(({ name }) => name);
const asSigned: Given = {
  ...{ log: goLog.vkey, witnesses: goLog.witnesses.map(vkeyOf), quorum: 2 },
  ...{ receipt: goLog.proof, entry: `entry ${goLog.index}`, files: filesOf(log) },
};
const sound = { size: goLog.size, cosigned: witnesses, findings: [], read: goLog.size };
const { proof } = goLog;
const lastWitness = proof.slice(proof.lastIndexOf('\u2014'));

const CASES: readonly (readonly [string, Partial<Given>, Verdict])[] = [
  ['believes a receipt with two witnesses, and every entry of its log', {}, sound],
  ['refuses the receipt of another entry', { entry: 'entry 124' }, { refused: 'PROOF_REFUTED' }],
  [
    'refuses one with another index',
    { receipt: proof.replace('index 123', 'index 122') },
    { refused: 'PROOF_REFUTED' },
  ],
  [
    'refuses one with another checkpoint',
    { receipt: proof.replace('\n300\n', '\n301\n') },
    { refused: 'SIGNATURE_REFUTED' },
  ],
  ['refuses what is no receipt', { receipt: 'c2sp.org/tlog-proof@v1\n' }, { refused: 'INVALID_PROOF' }],
  [
    'refuses one that only one witness cosigned',
    { receipt: proof.replace(lastWitness, '') },
    { refused: 'TOO_FEW_WITNESSES' },
  ],
  [
    'refuses one whose cosignature was given another time',
    { receipt: proof.replace('w2 kuazfAAAAABrA7p7', 'w2 kuazfAAAAABrA7p8') },
    { refused: 'SIGNATURE_REFUTED' },
  ],
  [
    'refuses one that a stranger cosigned for a witness',
    { witnesses: asSigned.witnesses.slice(1) },
    { refused: 'TOO_FEW_WITNESSES' },
  ],
  [
    'finds an entry that was altered, and says which',
    { files: filesOf(damaged(log, 'tile/entries/001.p/44', flip(2))) },
    { ...sound, findings: [{ code: 'ENTRY_ALTERED', path: 'tile/entries/001.p/44', byte: 0, entry: 256 }] },
  ],
  [
    'finds a hash that was altered, and says where',
    { files: filesOf(damaged(log, 'tile/0/000', flip(330))) },
    { ...sound, findings: [{ code: 'HASH_ALTERED', path: 'tile/0/000', byte: 320 }] },
  ],
  [
    'finds that a file is missing, and says which',
    { files: filesOf(damaged(log, 'tile/entries/000', () => undefined)) },
    { ...sound, read: 44, findings: [{ code: 'TILE_MISSING', path: 'tile/entries/000' }] },
  ],
];
/** Gives JSON: what comes from another realm is then like what is of this one. */
const judgeAll = `Promise.all(${JSON.stringify(CASES.map(([, change]) => ({ ...asSigned, ...change })))}.map(merkle.judge))
  .then(JSON.stringify)`;

function verifiesIn(judged: () => Promise<string>): void {
  let verdicts: readonly unknown[];
  beforeAll(async () => {
    verdicts = JSON.parse(await judged()) as unknown[];
  });
  it.each(CASES.map(([name, , expected], at) => ({ name, expected, at })))('$name', ({ expected, at }) => {
    expect(verdicts[at]).toEqual(expected);
  });
}

describe('where nothing of Node is', () => {
  verifiesIn(() => inBareContext(judgeAll) as Promise<string>);

  it('there is nothing of Node to be used', () => {
    expect(inBareContext('[typeof process, typeof require, typeof Buffer, typeof setTimeout].join()')).toBe(
      'undefined,undefined,undefined,undefined',
    );
    expect(script).not.toMatch(/\bnode:|\bBuffer\b|\bprocess\./);
  });

  it('what needs Node cannot come in unnoticed', async () => {
    await expect(bundleForBrowser(['src/node-cryptography.ts'])).rejects.toThrow(/node:crypto/);
  });
});

describeWhere('Chromium', chromiumAvailability(), { evenInCi: false })('in Chromium', () => {
  verifiesIn(() => inChromium(script, judgeAll));
});
