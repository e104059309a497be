import { createPrivateKey } from 'node:crypto';
import { nodeVerify } from '#merkle/node-cryptography.js';
import { parseVkey } from '#merkle/note-key.js';
import { signNote } from '#merkle/sign-note.js';
import { verifyNote } from '#merkle/verify-note.js';
import { shardsOf } from './shard.js';

/** The key of RFC 8032, section 7.1, test 1. */
const KEY = createPrivateKey({
  key: {
    kty: 'OKP',
    crv: 'Ed25519',
    d: 'nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A',
    x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
  },
  format: 'jwk',
});

it('names each shard under the family, with the path at which it is served', () => {
  expect(shardsOf('sluice.example/ledger', 2, KEY)).toMatchObject([
    { number: 0, origin: 'sluice.example/ledger/0', path: 'ledger/0' },
    { number: 1, origin: 'sluice.example/ledger/1', path: 'ledger/1' },
  ]);
  expect(shardsOf('sluice.example', 1, KEY)).toMatchObject([{ origin: 'sluice.example/0', path: '0' }]);
});

it('derives the same key for a shard for ever: trust files hold its public half', () => {
  expect(shardsOf('sluice.example/ledger', 1, KEY)[0]?.vkey).toBe(
    'sluice.example/ledger/0+5e4198b4+AR0wccSmz8OG40a/nJI2dx4QLGkQCBByr1IHoam8iR2l',
  );
  expect(shardsOf('sluice.example/ledger', 3, KEY)[0]?.vkey).toBe(shardsOf('sluice.example/ledger', 1, KEY)[0]?.vkey);
});

it('gives no two shards one key', () => {
  const shards = [...shardsOf('sluice.example/ledger', 16, KEY), ...shardsOf('sluice.example/other', 16, KEY)];
  expect(new Set(shards.map((shard) => shard.vkey.slice(-44))).size).toBe(32);
});

it('signs what its vkey verifies', () => {
  const [shard] = shardsOf('sluice.example/ledger', 1, KEY);
  const note = signNote('hello\n', [shard!.signer]);
  expect(verifyNote(note, [parseVkey(shard!.vkey)], nodeVerify).text).toBe('hello\n');
});
