import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { formatCheckpoint } from '#merkle/checkpoint.js';
import { cosign } from '#merkle/cosignature.js';
import { EMPTY_EDGE, extendTiles } from '#merkle/extend-tiles.js';
import { nodeNoteSigner } from '#merkle/node-cryptography.js';
import { NOTE_ALGORITHM } from '#merkle/note-key.js';
import { CompactRange } from '#merkle/compact-range.js';
import { shardSigner } from '#merkle/shard-signer.js';
import { signNote } from '#merkle/sign-note.js';
import { formatNote, parseNote } from '#merkle/signed-note.js';
import { tilePath } from '#merkle/tile.js';
import { leafHash } from '#merkle/tree-hash.js';
import { openHome, type Home } from '../home/home.js';
import { prepareKeys, type Keys } from '../setup/keys.js';
import { departmentIds, type DepartmentId } from '../setup/plan.js';
import { LEDGER_ORIGIN, SEEN, writeWitnessFiles } from '../setup/witnesses.js';
import { settleWitnesses } from './settle-witnesses.js';

const LOGS = ['0', 'root'] as const;
const ALL_KEYS = departmentIds.map((id) => `witness-${id}`);
const THREE = departmentIds.slice(1);

let folder: string;
let home: Home;
let keys: Keys;
/** As it was when five entries were published. */
let backup: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-settle-'));
  home = openHome(join(folder, 'home'));
  keys = prepareKeys(home.keys, []);
  const adapters = Object.fromEntries(departmentIds.map((id) => [id, 'http://127.0.0.1:1']));
  writeWitnessFiles(home.witnesses, { keys, shards: 1, adapters: adapters as Record<DepartmentId, string> });
  for (const log of LOGS) publish(log, 5);
  backup = join(folder, 'backup');
  cpSync(home.ledger, join(backup, 'ledger'), { recursive: true });
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function place(log: string, file: string): string {
  const path = join(home.ledger, 'evidence', log, file);
  mkdirSync(dirname(path), { recursive: true });
  return path;
}

/** The head of this size, signed and with its tiles. Two logs of different `kind` differ from the first entry on. */
function sign(log: string, size: number, kind = 'a'): string {
  const leaves = Array.from({ length: size }, (_, at) => leafHash(Buffer.from(`${kind} ${at}`)));
  for (const { tile, bytes } of extendTiles(EMPTY_EDGE, leaves).tiles) writeFileSync(place(log, tilePath(tile)), bytes);
  const range = CompactRange.empty();
  range.appendAll(leaves);
  const origin = `${LEDGER_ORIGIN}/${log}`;
  const note = signNote(formatCheckpoint({ origin, size, root: range.root() }), [
    shardSigner(origin, keys.ledger.key.key),
  ]);
  writeFileSync(place(log, `.heads/${size}`), note);
  return note;
}

function publish(log: string, size: number, by: readonly DepartmentId[] = THREE, kind = 'a'): string {
  const { text, signatures } = parseNote(sign(log, size, kind));
  const cosignatures = by.map((id) => {
    const name = `sluice.localhost/witness/${id}`;
    return cosign(text, 1_780_000_000, nodeNoteSigner(name, keys.witnesses[id].key.key, NOTE_ALGORITHM.cosignature));
  });
  const note = formatNote({ text, signatures: [...signatures, ...cosignatures] });
  writeFileSync(place(log, 'checkpoint'), note);
  return note;
}

const seen = () => {
  const at = join(home.witnesses, SEEN);
  return existsSync(at) ? readdirSync(at).map((name) => readFileSync(join(at, name), 'utf8')) : [];
};

it('tells the witnesses of the newest checkpoint of every log that was published since the backup', async () => {
  const published = LOGS.map((log) => publish(log, 300));
  expect(await settleWitnesses(home, backup)).toEqual([]);
  expect(seen()).toEqual(published);
});

it('tells them of the head that still waits for its quorum: one of them may have cosigned it', async () => {
  const root = publish('root', 7);
  publish('0', 8);
  const waiting = sign('0', 9);
  expect(await settleWitnesses(home, backup)).toEqual([]);
  expect(seen()).toEqual([waiting, root]);
});

it('goes on where nothing was published since the backup', async () => {
  expect(await settleWitnesses(home, backup)).toEqual([]);
  expect(seen()).toHaveLength(LOGS.length);
});

const remove = (log: string, file: string) => {
  rmSync(place(log, file), { recursive: true });
};
const losses: Readonly<Record<string, () => void>> = {
  'everything that was published is lost': () => {
    rmSync(home.ledger, { recursive: true });
  },
  'one log is lost': () => {
    remove('root', '.');
  },
  'the published checkpoint is lost': () => {
    remove('0', 'checkpoint');
  },
  'what is there is older than the backup': () => {
    remove('0', '.');
    publish('0', 3);
  },
  'it lacks its quorum': () => {
    publish('0', 8, departmentIds.slice(2));
  },
  'it is another history than was backed up': () => {
    publish('0', 8, THREE, 'b');
  },
  'what waits for its quorum is another history than was published': () => {
    publish('0', 8);
    sign('0', 9, 'b');
  },
  'a tile that proves it is lost': () => {
    publish('0', 8);
    remove('0', 'tile');
  },
};

it.each(Object.entries(losses))('sets the keys of all witnesses aside where %s', async (_, lose) => {
  lose();
  expect(await settleWitnesses(home, backup)).toEqual(ALL_KEYS);
  expect(seen()).toEqual([]);
  const before = keys.witnesses;
  for (const id of departmentIds) expect(existsSync(before[id].file)).toBe(false);
  const after = prepareKeys(home.keys, []).witnesses;
  for (const id of departmentIds) expect(after[id].public).not.toEqual(before[id].public);
});

it('lets new keys begin without what an earlier restore had old ones continue, which is lost as well', async () => {
  publish('0', 8);
  await settleWitnesses(home, backup);
  rmSync(home.ledger, { recursive: true });
  expect(await settleWitnesses(home, backup)).toEqual(ALL_KEYS);
  expect(seen()).toEqual([]);
});

it('sets no new key aside when a restore that was killed is repeated', async () => {
  rmSync(home.ledger, { recursive: true });
  await settleWitnesses(home, backup);
  expect(await settleWitnesses(home, backup)).toEqual([]);
});
