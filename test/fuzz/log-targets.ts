import { auditTree } from '#merkle/audit/audit-tree.js';
import { decodeBase64, encodeBase64 } from '#merkle/base64.js';
import { formatCheckpoint, parseCheckpoint, type Checkpoint } from '#merkle/checkpoint.js';
import { decodeBundle, encodeBundle } from '#merkle/entry-bundle.js';
import { MerkleError } from '#merkle/merkle-error.js';
import { nodeTreeHash, nodeVerify } from '#merkle/node-cryptography.js';
import { NOTE_ALGORITHM, formatVkey, noteKey, parseVkey } from '#merkle/note-key.js';
import { openCheckpoint } from '#merkle/open-checkpoint.js';
import { publicKeyOf } from '#merkle/ed25519.js';
import { readRootEntry } from '#merkle/root-entry.js';
import { formatShardList, openShardList, parseShardList } from '#merkle/shard-list.js';
import { formatNote, parseNote } from '#merkle/signed-note.js';
import { parseTilePath, tilePath, type Tile } from '#merkle/tile.js';
import { formatTlogProof, parseTlogProof, verifyTlogProof } from '#merkle/tlog-proof.js';
import { leafHash } from '#merkle/tree-hash.js';
import { formatWitnessRequest, parseWitnessRequest } from '#merkle/witness-request.js';
import { ROOT, familySigner, lists, signedList } from '../../libs/client/test/audited-family.js';
import { goLog, noteVectors } from '../../libs/merkle/test/go-vectors.js';
import { logFiles, withFiles } from '../../libs/merkle/test/log-files.js';
import { someEntries } from '../../libs/merkle/test/naive-tree.js';
import { spelling, type FuzzTarget } from './fuzz-target.js';

const isRefusal = (error: unknown) => error instanceof MerkleError;
const text = (input: Buffer) => input.toString('utf8');
/** Texts come as strings: what is not UTF-8 was replaced before, and cannot be written again. */
const isText = (input: Buffer) => Buffer.compare(Buffer.from(text(input)), input) === 0;
const asText =
  <Value>(read: (whole: string) => Value) =>
  (input: Buffer): Value => {
    if (!isText(input)) throw new MerkleError('INVALID_NOTE', 'not UTF-8');
    return read(text(input));
  };

const goNote = parseTlogProof(goLog.proof).checkpoint;
const goCheckpoint = parseNote(goNote).text;
const trust = {
  log: parseVkey(goLog.vkey),
  witnesses: goLog.witnesses.map(({ name, seed }) => noteKey(name, NOTE_ALGORITHM.cosignature, publicKeyOf(seed))),
  quorum: 2,
};
const opened = openCheckpoint(goNote, trust, nodeVerify);
const request = formatWitnessRequest({
  old: 200,
  proof: goLog.consistency[1]?.proof.map(decodeBase64) ?? [],
  note: goNote,
});

/** That a changed text says the same as the one that was signed. */
function requireSigned({ size, root }: { size: number; root: Uint8Array }): void {
  if (size !== opened.size || Buffer.compare(root, opened.root) !== 0) throw new Error('a forged checkpoint verifies');
}

const log = logFiles(someEntries(300));
const damagedFiles: readonly FuzzTarget[] = [...log.files].map(([path, file]) => ({
  name: `log file ${path}`,
  samples: [Buffer.from(file)],
  share: 2,
  check: async (input) => {
    const files = new Map([...log.files, [path, new Uint8Array(input)]]);
    const { findings } = await auditTree(log.head, withFiles(log.head, files), { hash: nodeTreeHash });
    if ((findings.length === 0) !== (Buffer.compare(input, file) === 0)) throw new Error('damage is not found');
    if (findings.some((finding) => finding.path !== path)) throw new Error(`${findings[0]?.path} is blamed`);
  },
}));

/** Everything of a log that is read before it is believed. */
export const logTargets: readonly FuzzTarget[] = [
  spelling({
    ...{ name: 'base64', samples: ['', 'AA==', 'AAE=', 'AAEC', goLog.vkey.slice(-44)], isRefusal },
    ...{ read: asText(decodeBase64), write: encodeBase64 },
  }),
  spelling({
    ...{ name: 'note', samples: [noteVectors.exampleNote, goNote], read: parseNote, write: formatNote, isRefusal },
  }),
  spelling({
    ...{ name: 'checkpoint', samples: [goCheckpoint, goCheckpoint.replace('300', '0')], isRefusal },
    ...{ read: asText(parseCheckpoint), write: formatCheckpoint },
  }),
  spelling({
    ...{ name: 'cosigned checkpoint', samples: [goNote], share: 30, isRefusal },
    ...{ read: (input) => openCheckpoint(input, trust, nodeVerify), accept: requireSigned },
  }),
  spelling({
    ...{ name: 'verifier key', samples: [goLog.vkey, noteVectors.exampleVkey, noteVectors.peterVkey], isRefusal },
    ...{ read: asText(parseVkey), write: formatVkey },
  }),
  spelling({
    ...{ name: 'tlog-proof', samples: [goLog.proof, goLog.proof.replace(/extra .*\n/, '')], isRefusal },
    ...{ read: asText(parseTlogProof), write: formatTlogProof },
  }),
  spelling<Checkpoint>({
    ...{ name: 'verified tlog-proof', samples: [goLog.proof], share: 30, isRefusal },
    read: asText((whole) => {
      const leaf = leafHash(Buffer.from(`entry ${goLog.index}`));
      return verifyTlogProof(parseTlogProof(whole), leaf, trust, nodeVerify);
    }),
    accept: (value, input) => {
      requireSigned(value);
      if (parseTlogProof(text(input)).index !== goLog.index) throw new Error('the entry is proven at another index');
    },
  }),
  spelling<Tile>({
    name: 'tile path',
    samples: ['tile/0/000', 'tile/63/x001/x234/067.p/1', 'tile/entries/x009/999.p/255', 'tile/2/x123/456'],
    ...{ read: asText(parseTilePath), write: tilePath, isRefusal },
  }),
  spelling({
    name: 'entry bundle',
    samples: [encodeBundle(someEntries(3)), encodeBundle(someEntries(256)), encodeBundle([new Uint8Array(0)])],
    ...{ read: decodeBundle, write: encodeBundle, isRefusal },
  }),
  spelling({
    ...{ name: 'add-checkpoint request', samples: [request, request.replace('old 200', 'old 0')], isRefusal },
    ...{ read: parseWitnessRequest, write: formatWitnessRequest },
  }),
  spelling({
    ...{ name: 'list of shards', samples: Object.values(lists).map(formatShardList), isRefusal },
    ...{ read: asText(parseShardList), write: formatShardList },
  }),
  spelling({
    ...{ name: 'signed list of shards', samples: [signedList(lists.last)], share: 30, isRefusal },
    read: (input) => openShardList(input, familySigner.key, nodeVerify),
    accept: (list) => {
      if (formatShardList(list) !== formatShardList(lists.last)) throw new Error('a forged list verifies');
    },
  }),
  spelling({ ...{ name: 'entry of a root log', samples: ROOT, isRefusal, read: readRootEntry } }),
  ...damagedFiles,
];
