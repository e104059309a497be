import { generateSigningKey, privateJwk, publicJwk } from '#exchange/keys.js';
import { sourceKeys, sourceList } from './source-keys.js';

const [one, two] = [generateSigningKey(), generateSigningKey('ES256')];
const gateway = { source: 'gateway', keys: [publicJwk(one.key), publicJwk(two.key)] };
const population = { source: 'adapter/population', keys: [publicJwk(two.key)] };

it('reads sources with one key or several, of either kind', () => {
  const keys = sourceKeys(sourceList.parse({ sources: [gateway, population] }));
  expect([...keys].map(([source, of]) => [source, [...of.keys()]])).toEqual([
    ['gateway', [one.kid, two.kid]],
    ['adapter/population', [two.kid]],
  ]);
});

it.each([
  ['nobody', { sources: [] }],
  ['a source without a key', { sources: [{ source: 'gateway', keys: [] }] }],
  ['a source twice', { sources: [gateway, gateway] }],
  ['a private key', { sources: [{ source: 'gateway', keys: [privateJwk(one)] }] }],
  ['a name that no entry can have', { sources: [{ ...gateway, source: 'gate\nway' }] }],
  ['a member that means nothing', { sources: [{ ...gateway, until: '2027' }] }],
])('refuses a list of %s', (_, list) => {
  expect(sourceList.safeParse(list).success).toBe(false);
});

it('refuses a key under a name that is not its own', () => {
  const list = { sources: [{ source: 'gateway', keys: [{ ...publicJwk(one.key), kid: two.kid }] }] };
  expect(() => sourceKeys(sourceList.parse(list))).toThrow('KEY_ID_WRONG');
});
