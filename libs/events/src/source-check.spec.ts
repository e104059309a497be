import { createHash } from 'node:crypto';
import { CompactSign } from 'jose';
import { signJws } from '#exchange/jws.js';
import { algorithmOf, generateSigningKey, type SigningKey } from '#exchange/keys.js';
import { proveBatch } from './batch-proof.js';
import type { SluiceEvent } from './contract.js';
import { aFailure, gatewayKey, listed, populationKey } from './source-keys.fixture.js';
import { SourceCheck, type SourceKeys } from './source-check.js';
import type { ReceivedMessage, ReceivedPart } from './transport.js';

const stranger = generateSigningKey();
const keys = listed({ gateway: [gatewayKey], 'adapter/population': [populationKey] });
const check = new SourceCheck(() => keys);
const bytes = Buffer.from('a batch as it travels');
const messages: readonly ReceivedMessage[] = [{ raw: bytes, malformed: 'never mind' }];
const part = (proof: string | undefined, of = bytes): ReceivedPart => ({
  ...{ bytes: of, unpack: () => messages },
  ...(proof === undefined ? {} : { proof }),
});
const proof = proveBatch(bytes, gatewayKey);
const [head, , signature] = proof.split('.') as [string, string, string];
const claims = (of: object, key: SigningKey = gatewayKey, type = 'sluice-batch+jwt') => signJws(of, type, key);
const digest = createHash('sha256').update(bytes).digest('base64url');

it.each([gatewayKey, populationKey])('opens what a key on the list has signed, and says which', (key) => {
  expect(check.open(part(proveBatch(bytes, key)))).toEqual({ key: key.kid, messages });
});

it('opens what jose has signed', async () => {
  const header = { alg: algorithmOf(gatewayKey.key), kid: gatewayKey.kid, typ: 'sluice-batch+jwt' };
  const payload = Buffer.from(JSON.stringify({ batch: digest }));
  const written = await new CompactSign(payload).setProtectedHeader(header).sign(gatewayKey.key);
  expect(check.open(part(written))).toEqual({ key: gatewayKey.kid, messages });
});

it.each<[string, ReceivedPart, string]>([
  ['without a proof', part(undefined), 'UNPROVEN'],
  ['with an empty proof', part(''), 'PROOF_MALFORMED'],
  ['with a proof that is none', part('x.y.z'), 'PROOF_MALFORMED'],
  ['by a key that no source has', part(proveBatch(bytes, stranger)), 'KEY_UNKNOWN'],
  [
    'by a stranger under the name of a key',
    part(proveBatch(bytes, { ...stranger, kid: gatewayKey.kid })),
    'SIGNATURE_INVALID',
  ],
  [
    'by the key of another algorithm under the name of a key',
    part(proveBatch(bytes, { ...populationKey, kid: gatewayKey.kid })),
    'SIGNATURE_INVALID',
  ],
  ['with the proof of another batch', part(proveBatch(Buffer.from('another'), gatewayKey)), 'SIGNATURE_INVALID'],
  ['of which a byte was changed', part(proof, Buffer.concat([bytes, Buffer.of(0)])), 'SIGNATURE_INVALID'],
  [
    'with a digest that nobody signed',
    part(
      [head, Buffer.from(JSON.stringify({ batch: digest.replace(/^./, 'A') })).toString('base64url'), signature].join(
        '.',
      ),
    ),
    'SIGNATURE_INVALID',
  ],
  [
    'with what the key has signed as something else',
    part(claims({ batch: digest }, gatewayKey, 'sluice-decision+jwt')),
    'PROOF_MALFORMED',
  ],
  ['with claims of no batch', part(claims({ data: digest })), 'PROOF_MALFORMED'],
  ['with more claims than there are', part(claims({ batch: digest, more: 1 })), 'PROOF_MALFORMED'],
])('does not unpack a part %s', (_, given, fault) => {
  const unpack = () => {
    throw new Error('unpacked');
  };
  expect(check.open({ ...given, unpack })).toEqual({ fault, raw: given.bytes });
});

it('takes both keys while one takes the place of the other, and the old one no longer once it is off the list', () => {
  const next = generateSigningKey();
  let list: SourceKeys = listed({ gateway: [gatewayKey, next] });
  const changing = new SourceCheck(() => list);
  const [old, fresh] = [part(proof), part(proveBatch(bytes, next))];
  for (const one of [old, fresh]) expect(changing.open(one)).toHaveProperty('messages');
  list = listed({ gateway: [next] });
  expect(changing.open(old)).toMatchObject({ fault: 'KEY_UNKNOWN' });
  expect(changing.open(fresh)).toHaveProperty('messages');
});

const by = (source: string, type = 'access.failed.v1'): SluiceEvent => ({ ...aFailure(), source, type });
it.each<[string, SluiceEvent, SigningKey, string | undefined]>([
  ['of the gateway', by('gateway'), gatewayKey, undefined],
  ['of a department', by('adapter/population', 'access.released.v1'), populationKey, undefined],
  ['of a type that there is not', by('gateway', 'x.v1'), gatewayKey, undefined],
  ['of a source that is not listed', by('adapter/nobody'), gatewayKey, 'SOURCE_UNKNOWN'],
  ['of a source named like a member of an object', by('__proto__'), gatewayKey, 'SOURCE_UNKNOWN'],
  ['of the gateway in a department’s batch', by('gateway'), populationKey, 'KEY_UNKNOWN'],
  ['of a department in the gateway’s batch', by('adapter/population', 'access.released.v1'), gatewayKey, 'KEY_UNKNOWN'],
  ...['access.decided.v1', 'access.failed.v1', 'registry.changed.v1', 'access.erased.v1'].map(
    (type): [string, SluiceEvent, SigningKey, string] => [
      `of type ${type} by a department`,
      by('adapter/population', type),
      populationKey,
      'NOT_ITS_TYPE',
    ],
  ),
  ...['access.released.v1', 'release.erased.v1'].map((type): [string, SluiceEvent, SigningKey, string] => [
    `of type ${type} by the gateway`,
    by('gateway', type),
    gatewayKey,
    'NOT_ITS_TYPE',
  ]),
])('has for an event %s the fault that is its own, or none', (_, event, { kid }, fault) => {
  expect(check.faultOf(event, kid)).toBe(fault);
});
