import fc from 'fast-check';
import { goLog } from '../test/go-vectors.js';
import { memoryTiles } from '../test/memory-tiles.js';
import { someEntries } from '../test/naive-tree.js';
import { codeOf } from '../test/thrown.js';
import { formatCheckpoint } from './checkpoint.js';
import { publicKeyOf } from './ed25519.js';
import { inclusionProof } from './inclusion-proof.js';
import { NOTE_ALGORITHM, noteKey, parseVkey } from './note-key.js';
import { nodeTreeHash, nodeVerify } from './node-cryptography.js';
import { readRoot } from './read-hashes.js';
import { portableNoteSigner, signNote } from './sign-note.js';
import { formatTlogProof, parseTlogProof, verifyTlogProof } from './tlog-proof.js';
import { leafHash } from './tree-hash.js';

const log = parseVkey(goLog.vkey);
const witnesses = goLog.witnesses.map(({ name, seed }) => noteKey(name, NOTE_ALGORITHM.cosignature, publicKeyOf(seed)));
const leaf = leafHash(someEntries(goLog.size)[goLog.index]!);

describe('offline proofs', () => {
  it('of the Go implementation are read, written again and verified', () => {
    const proof = parseTlogProof(goLog.proof);
    expect(proof).toMatchObject({ index: 123, extra: new TextEncoder().encode('extra') });
    expect(formatTlogProof(proof)).toBe(goLog.proof);
    expect(verifyTlogProof(goLog.proof, leaf, { log, witnesses, quorum: 2 })).toMatchObject({ size: 300 });
  });

  it('verify with the cryptography of Node alike', () => {
    const trust = { log, witnesses, quorum: 2 };
    expect(verifyTlogProof(goLog.proof, leaf, trust, nodeVerify, nodeTreeHash)).toEqual(
      verifyTlogProof(goLog.proof, leaf, trust),
    );
  });

  it('are made from tiles, for the only entry of a log too', async () => {
    const leaves = someEntries(1).map(leafHash);
    const signer = portableNoteSigner('example.com/small', new Uint8Array(32).fill(3));
    const root = await readRoot(1, memoryTiles(leaves));
    const checkpoint = signNote(formatCheckpoint({ origin: 'example.com/small', size: 1, root }), [signer]);
    const hashes = await inclusionProof(0, 1, memoryTiles(leaves));
    const text = formatTlogProof({ index: 0, hashes, checkpoint });
    expect(text.split('\n').slice(0, 4)).toEqual(['c2sp.org/tlog-proof@v1', 'index 0', '', 'example.com/small']);
    expect(parseTlogProof(text)).toEqual({ index: 0, hashes, checkpoint });
    expect(verifyTlogProof(text, leaves[0]!, { log: signer.key })).toEqual({
      origin: 'example.com/small',
      size: 1,
      root,
      cosignatures: [],
    });
  });

  it('do not verify for another entry, index or log', () => {
    const proof = parseTlogProof(goLog.proof);
    const otherLog = portableNoteSigner('example.com/log', new Uint8Array(32)).key;
    expect(codeOf(() => verifyTlogProof(proof, leafHash(Uint8Array.of(1)), { log }))).toBe('PROOF_REFUTED');
    expect(codeOf(() => verifyTlogProof({ ...proof, index: 124 }, leaf, { log }))).toBe('PROOF_REFUTED');
    expect(codeOf(() => verifyTlogProof({ ...proof, index: 300 }, leaf, { log }))).toBe('INVALID_RANGE');
    expect(codeOf(() => verifyTlogProof(proof, leaf, { log: otherLog }))).toBe('SIGNATURE_MISSING');
    expect(codeOf(() => verifyTlogProof(proof, leaf, { log, quorum: 1 }))).toBe('TOO_FEW_WITNESSES');
    expect(codeOf(() => verifyTlogProof('', leaf, { log }))).toBe('INVALID_PROOF');
  });

  it.each<[string, (text: string) => string]>([
    ['another version', (text) => text.replace('@v1', '@v2')],
    ['no header', (text) => text.slice(text.indexOf('\n') + 1)],
    ['no index', (text) => text.replace('index 123\n', '')],
    ['a leading zero', (text) => text.replace('123', '0123')],
    ['a negative index', (text) => text.replace('123', '-5')],
    ['an index of letters', (text) => text.replace('123', 'one')],
    ['an index that no number holds', (text) => text.replace('123', '9007199254740993')],
    ['two spaces', (text) => text.replace('index ', 'index  ')],
    ['the extra line after the index', (text) => text.replace(/(extra.*\n)(index.*\n)/, '$2$1')],
    ['two extra lines', (text) => text.replace(/(extra.*\n)/, '$1$1')],
    ['extra data that is not in base64', (text) => text.replace('ZXh0cmE=', 'ZXh0cmE')],
    ['a hash that is not in base64', (text) => text.replace('63Kdxy', '63Kdx!')],
    ['a hash that is too short', (text) => text.replace(/63K.*\n/, 'AAAA\n')],
    ['more hashes than a tree has levels', (text) => text.replace(/(63K.*\n)/, '$1'.repeat(60))],
    ['no checkpoint', (text) => text.slice(0, text.indexOf('\n\n'))],
    ['a checkpoint without signatures', (text) => text.slice(0, text.indexOf('\u2014'))],
    ['carriage returns', (text) => text.replaceAll('\n', '\r\n')],
  ])('are refused with %s', (_, change) => {
    expect(codeOf(() => parseTlogProof(change(goLog.proof)))).toBe('INVALID_PROOF');
  });

  it('are refused with INVALID_PROOF for whatever else', () => {
    const lines = fc.constantFrom(...goLog.proof.split('\n'), 'index 0', 'extra ', '');
    fc.assert(
      fc.property(fc.array(fc.oneof({ weight: 5, arbitrary: lines }, fc.string({ unit: 'binary' }))), (some) => {
        const text = ['c2sp.org/tlog-proof@v1', ...some].join('\n');
        const outcome = codeOf(() => {
          expect(formatTlogProof(parseTlogProof(text))).toBe(text);
        });
        expect(['nothing', 'INVALID_PROOF']).toContain(outcome);
      }),
    );
  });

  it('are not written if they would not be read', () => {
    const proof = parseTlogProof(goLog.proof);
    expect(codeOf(() => formatTlogProof({ ...proof, index: -1 }))).toBe('INVALID_RANGE');
    expect(codeOf(() => formatTlogProof({ ...proof, hashes: [new Uint8Array(31)] }))).toBe('INVALID_HASH');
    expect(codeOf(() => formatTlogProof({ ...proof, checkpoint: 'checkpoint\n' }))).toBe('INVALID_NOTE');
  });
});
