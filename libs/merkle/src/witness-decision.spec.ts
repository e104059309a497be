import { goLog } from '../test/go-vectors.js';
import { naiveConsistency, naiveRoot, someEntries } from '../test/naive-tree.js';
import { decodeBase64 } from './base64.js';
import { formatCheckpoint } from './checkpoint.js';
import { parseVkey } from './note-key.js';
import { portableNoteSigner, signNote } from './sign-note.js';
import { parseTlogProof } from './tlog-proof.js';
import { EMPTY_ROOT } from './tree-hash.js';
import type { TreeHead } from './tree-head.js';
import { isFork, refuseCheckpoint, refuseRequest } from './witness-decision.js';
import { formatWitnessRequest, parseWitnessRequest, type ReadWitnessRequest } from './witness-request.js';

const log = parseVkey(goLog.vkey);
const logs = new Map([[log.name, [log]]]);
const signer = portableNoteSigner(log.name, new Uint8Array(32).fill(7));
const entries = someEntries(goLog.size);
const goNote = parseTlogProof(goLog.proof).checkpoint;
const headOf = (size: number): TreeHead => ({ size, root: naiveRoot(entries.slice(0, size)) });
const sign = (head: TreeHead, by = signer, origin = log.name) => signNote(formatCheckpoint({ origin, ...head }), [by]);

/** As it comes over the wire. */
function request(old: number, note: string, proof: readonly Uint8Array[] = []): ReadWitnessRequest {
  return parseWitnessRequest(new TextEncoder().encode(formatWitnessRequest({ old, proof, note })));
}

describe('what is refused whatever was seen', () => {
  it('is nothing of a checkpoint that the log signed, whoever else did', () => {
    expect(refuseRequest(request(200, goNote), logs)).toBeUndefined();
  });

  it('is a log that is not known: 404', () => {
    expect(refuseRequest(request(0, goNote), new Map())).toMatchObject({ status: 404, isSigned: false });
  });

  it('is a checkpoint without a signature of the log that holds: 403', () => {
    const stranger = portableNoteSigner(log.name, new Uint8Array(32).fill(8));
    expect(refuseRequest(request(0, sign(headOf(3), stranger)), logs)).toMatchObject({ status: 403, isSigned: false });
    const changed = goNote.replace('\n300\n', '\n301\n');
    expect(refuseRequest(request(0, changed), logs)).toMatchObject({ status: 403 });
  });

  it('is an old size above the checkpoint: 400', () => {
    expect(refuseRequest(request(301, goNote), logs)).toMatchObject({ status: 400, isSigned: true });
    expect(refuseRequest(request(300, goNote), logs)).toBeUndefined();
  });
});

describe('what is refused by what was seen', () => {
  it.each(goLog.consistency)('is nothing of what the Go implementation proves from $from', ({ from, proof }) => {
    expect(refuseCheckpoint(request(from, goNote, proof.map(decodeBase64)), headOf(from))).toBeUndefined();
  });

  it('is nothing of the first checkpoint, of an empty log, or of the same again', () => {
    expect(refuseCheckpoint(request(0, goNote))).toBeUndefined();
    expect(refuseCheckpoint(request(0, sign({ size: 0, root: EMPTY_ROOT })))).toBeUndefined();
    expect(refuseCheckpoint(request(300, goNote), headOf(300))).toBeUndefined();
    expect(refuseCheckpoint(request(0, goNote), { size: 0, root: EMPTY_ROOT })).toBeUndefined();
  });

  it('is every old size but the one cosigned last: 409 with that size', () => {
    expect(refuseCheckpoint(request(1, goNote, naiveConsistency(1, entries)))).toMatchObject({ status: 409, size: 0 });
    for (const old of [0, 199, 201, 300]) {
      expect(refuseCheckpoint(request(old, goNote), headOf(200))).toMatchObject({ status: 409, size: 200 });
    }
    // What was cosigned may be larger than what is asked for: the witness never goes back.
    expect(refuseCheckpoint(request(10, sign(headOf(10))), headOf(200))).toMatchObject({ status: 409, size: 200 });
  });

  it('is another root at the same size: 409', () => {
    const other = { size: 200, root: new Uint8Array(32).fill(1) };
    const refusal = refuseCheckpoint(request(200, sign(other)), headOf(200));
    expect(refusal).toMatchObject({ status: 409, size: 200 });
    expect([isFork(other, headOf(200)), isFork(headOf(200), headOf(200)), isFork(other, headOf(201))]).toEqual([
      ...[true, false, false],
    ]);
    expect(refuseCheckpoint(request(0, sign({ size: 0, root: other.root })))).toMatchObject({ status: 409, size: 0 });
  });

  it('is a proof that does not hold, or that nothing asks for: 422', () => {
    const proof = naiveConsistency(200, entries);
    const other = { size: 200, root: new Uint8Array(32).fill(1) };
    const hash = new Uint8Array(32);
    const refused = [
      refuseCheckpoint(request(200, goNote, proof), other),
      refuseCheckpoint(request(200, goNote), headOf(200)),
      refuseCheckpoint(request(200, goNote, proof.slice(1)), headOf(200)),
      refuseCheckpoint(request(200, goNote, [...proof, hash]), headOf(200)),
      refuseCheckpoint(request(0, goNote, [hash])),
      refuseCheckpoint(request(300, goNote, [hash]), headOf(300)),
    ];
    expect(refused.map((one) => one?.status)).toEqual([422, 422, 422, 422, 422, 422]);
  });
});
