import { formatSourceProof, parseSourceProof } from './source-proof.js';

const proof = {
  key: 'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k',
  ...{ index: 5, size: 128, path: [Buffer.alloc(32, 1), Buffer.alloc(32, 2)], signature: Buffer.alloc(64, 3) },
};
const text = formatSourceProof(proof);
const [key = '', , , path = '', signature = ''] = text.split('.');

it('reads what it wrote', () => {
  expect(parseSourceProof(text)).toEqual(proof);
  const alone = { ...proof, index: 0, size: 1, path: [] };
  expect(parseSourceProof(formatSourceProof(alone))).toEqual(alone);
});

it.each([
  ['nothing', ''],
  ['an index that is not below the size', `${key}.128.128.${path}.${signature}`],
  ['no events', `${key}.0.0.${path}.${signature}`],
  ['more events than a group has', `${key}.0.129.${path}.${signature}`],
  ['a number with a zero before it', `${key}.05.128.${path}.${signature}`],
  ['a number with a sign', `${key}.+5.128.${path}.${signature}`],
  ['half a hash', `${key}.5.128.${path.slice(0, -22)}.${signature}`],
  ['another spelling of the same bytes', `${key}.5.128.${path.slice(0, -1)}B.${signature}`],
  ['another spelling of the signature', `${key}.5.128.${path}.${signature.slice(0, -1)}B`],
  ['padding', `${key}.5.128.${path}==.${signature}`],
  ['a short signature', `${key}.5.128.${path}.${signature.slice(0, -4)}`],
  ['a path without end', `${key}.5.128.${path.repeat(8)}.${signature}`],
  ['a line feed behind it', `${text}\n`],
  ['another key id', text.slice(1)],
])('does not read %s', (_, wrong) => {
  expect(parseSourceProof(wrong)).toBeUndefined();
});
