import { loadSigningKey } from '#exchange/keys.js';
import { portableTreeHash } from '#merkle/tree-hash.js';
import type { SluiceEvent } from './contract.js';
import { eventLeaf } from './event-group.js';
import { signEvents } from './sign-events.js';
import { aFailure, gatewayKey } from './signed-event.fixture.js';
import { GROUP_SIZE, PROOF_LENGTH, parseSourceProof } from './source-proof.js';

/** RFC 8037, appendix A. */
const key = loadSigningKey({
  kty: 'OKP',
  crv: 'Ed25519',
  d: 'nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A',
  x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
});
const event = (n: number, text: string): SluiceEvent => ({
  id: `0198f3b2-7c5e-8d11-9a30-2f1c6d7e8f9${n}`,
  type: 'access.failed.v1',
  source: 'gateway',
  time: '2026-11-23T08:00:00.000Z',
  key: `0198f3b2-7c5e-8d11-9a30-2f1c6d7e8f9${n}`,
  data: Buffer.from(text),
});
const three = [event(0, '{}'), event(1, '{"a":1}'), event(2, '{"b":"公租房"}')];
const KEY = 'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k';
const SIGNATURE = 'KBrxfYgoy8dt9NWgm7-F0nMt-O99YHIJvsXDesBziSMWYXH04G0nSbBWovO6agp6WwSRcYqIs2gP7PXkmB_JCQ';

it('signs a group as an implementation of the format in another language does', () => {
  expect(signEvents(three, key).map(({ sourceproof }) => sourceproof)).toEqual([
    `${KEY}.0.3.-aT_gd6pYD-J2EeoT8WQKNheLqWjkyvHwSjNSiDLnLeUBr6t1ztyXla1-YN5hjKC8bw1iAK_vEWFxPjIETtaew.${SIGNATURE}`,
    `${KEY}.1.3.mCkAfwTPfGUDDWxLO0k0lXimQVwQ2ZbrPOcQP7ELz6eUBr6t1ztyXla1-YN5hjKC8bw1iAK_vEWFxPjIETtaew.${SIGNATURE}`,
    `${KEY}.2.3.Sga3fPJw_ttV4qebDC2th0oaadZeMNC2REkdJKsC058.${SIGNATURE}`,
  ]);
});

it('hashes an event to the leaf that an implementation in another language has', () => {
  const leaf = eventLeaf(three[0]!, portableTreeHash);
  expect(Buffer.from(leaf).toString('hex')).toBe('9829007f04cf7c65030d6c4b3b49349578a6415c10d996eb3ce7103fb10bcfa7');
});

it('hashes events larger than any before, and small ones after them, behind their lengths in bytes', () => {
  const behindLength = (bytes: Buffer) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    return Buffer.concat([length, bytes]);
  };
  for (const [key, size] of [
    ['房'.repeat(20_000), 3],
    ['k', 70_000],
    ['', 0],
  ] as const) {
    const event = { ...three[0]!, key, data: Buffer.alloc(size, 7) };
    const texts = [event.id, event.type, event.source, event.time, key].map((text) => Buffer.from(text));
    const bytes = Buffer.concat([...texts, event.data].map(behindLength));
    expect(eventLeaf(event, portableTreeHash)).toEqual(portableTreeHash.leaf(bytes));
  }
});

it('gives events that differ in where one member ends and the next begins different leaves', () => {
  const [one, other] = [
    { ...three[0]!, source: 'gate', time: 'way2026' },
    { ...three[0]!, source: 'gateway', time: '2026' },
  ];
  expect(eventLeaf(one, portableTreeHash)).not.toEqual(eventLeaf(other, portableTreeHash));
});

it.each([1, 2, 127, GROUP_SIZE, GROUP_SIZE + 1, 3 * GROUP_SIZE])('signs %d events once for each group', (count) => {
  const signed = signEvents(
    Array.from({ length: count }, (_, n) => aFailure(n)),
    gatewayKey,
  );
  const proofs = signed.map(({ sourceproof = '' }) => parseSourceProof(sourceproof)!);
  expect(proofs.map(({ index }) => index)).toEqual(Array.from({ length: count }, (_, n) => n % GROUP_SIZE));
  const signatures = new Set(proofs.map(({ signature }) => Buffer.from(signature).toString('hex')));
  expect(signatures.size).toBe(Math.ceil(count / GROUP_SIZE));
  for (const { sourceproof = '' } of signed) expect(sourceproof.length).toBeLessThanOrEqual(PROOF_LENGTH);
});

it('signs nothing where there is nothing', () => {
  expect(signEvents([], gatewayKey)).toEqual([]);
});
