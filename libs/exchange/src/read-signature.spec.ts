import fc from 'fast-check';
import { parseDictionary, serializeDictionary } from 'structured-headers';
import { generateSigningKey } from './keys.js';
import { readSignature } from './read-signature.js';
import { contentDigest, signTarget, type SignedTarget } from './signature-profile.js';

const target: SignedTarget = {
  method: 'POST',
  authority: 'gateway.example:8800',
  path: '/v1/exchange',
  query: '?a=1&b=%20',
  contentDigest: contentDigest(Buffer.from('{}')),
};
const key = generateSigningKey();
const once = { created: 1_700_000_000, nonce: 'abcdefghijklmnopqrstuv' };
const signed = signTarget(target, key, once);

const read = (input: string, signature: string = signed.signature) => {
  const result = readSignature(input, signature);
  return result.ok ? 'read' : result.code;
};

describe('Signature-Input and Signature', () => {
  const input = signed['signature-input'];
  const params = input.slice('sluice='.length);

  it('are read as they were written', () => {
    expect(readSignature(input, signed.signature)).toMatchObject({
      ok: true,
      ...once,
      keyid: key.kid,
      alg: undefined,
      components: ['@method', '@authority', '@path', '@query', 'content-digest'],
      signatureParams: params,
    });
  });

  it('may name the algorithm', () => {
    expect(readSignature(`${input};alg="ed25519"`, signed.signature)).toMatchObject({ alg: 'EdDSA' });
    expect(readSignature(`${input};alg="ecdsa-p256-sha256"`, signed.signature)).toMatchObject({ alg: 'ES256' });
    expect(read(`${input};alg="hmac-sha256"`)).toBe('SIGNATURE_INVALID');
    expect(read(`${input};alg=ed25519`)).toBe('SIGNATURE_MALFORMED');
  });

  it.each([
    ['another label', input.replace('sluice=', 'sig1=')],
    ['two labels', `${input}, sig1=${params}`],
    ['the label twice', `${input}, ${input}`],
    ['a parameter twice', `${input};nonce="zzzzzzzzzzzzzzzzzzzzzz"`],
    ['a parameter of no profile', `${input};expires=1700000060`],
    ['a parameter that every object has', `${input};constructor=1`],
    ['a component of no profile', input.replace('"@path"', '"@path" "@target-uri"')],
    ['a header of no profile', input.replace('"@path"', '"@path" "x-forwarded-for"')],
    ['a component twice', input.replace('"@path"', '"@path" "@path"')],
    ['a component with parameters', input.replace('"@path"', '"@path";req')],
    ['a component that is no string', input.replace('"@path"', 'path')],
    ['white space', input.replace('("@method" ', '("@method"  ')],
    ['a tab', input.replace(';created', ';\tcreated')],
    ['a number spelt otherwise', input.replace('1700000000', '01700000000')],
    ['a fraction', input.replace('1700000000', '1700000000.5')],
    ['a date for created', input.replace('1700000000', '@1700000000')],
    ['text for created', input.replace('1700000000', '"1700000000"')],
    ['a number past the format', input.replace('1700000000', '9'.repeat(16))],
    ['a short nonce', input.replace(once.nonce, 'abc')],
    ['a nonce that would need escaping', input.replace(once.nonce, 'abcdefghijklmnop\\"rst')],
    ['a nonce outside ASCII', input.replace(once.nonce, 'abcdefghijklmnopqrsté')],
    ['a NUL', input.replace(once.nonce, 'abcdefghijklmnopqrst\0')],
    ['a nonce that is a token', input.replace(`"${once.nonce}"`, once.nonce)],
    ['a key id that is no thumbprint', input.replace(key.kid, 'housing')],
    ['another tag', input.replace('tag="sluice"', 'tag="web"')],
    ['bytes for components', 'sluice=:AAAA:'],
    ['an unended list', input.slice(0, 30)],
    ['nothing', ''],
    ['rubbish', '\u0000\u00ff;;=='],
  ])('are malformed with %s', (_name, bad) => {
    expect(read(bad)).toBe('SIGNATURE_MALFORMED');
  });

  it.each(['created', 'nonce', 'keyid', 'tag'])('are incomplete without %s', (name) => {
    expect(read(input.replace(new RegExp(`;${name}=("[^"]*"|\\d+)`), ''))).toBe('SIGNATURE_INCOMPLETE');
  });

  const mark = signed.signature;
  it.each([
    ['another label', mark.replace('sluice', 'sig1')],
    ['two signatures', `${mark}, sig1=:AAAA:`],
    ['the signature twice', `${mark}, ${mark}`],
    ['parameters on the signature', `${mark};a=1`],
    ['text for bytes', 'sluice="AAAA"'],
    ['a list for bytes', 'sluice=(:AAAA:)'],
    ['a flag for bytes', 'sluice'],
    [
      'base64 with bits that say nothing',
      mark.replace(/.==:$/, (end) =>
        end.startsWith('A') ? 'B==:' : `${String.fromCharCode(end.charCodeAt(0) + 1)}==:`,
      ),
    ],
    ['base64 without padding', mark.replace('==:', ':')],
    ['nothing', ''],
  ])('are malformed with %s (Signature)', (_name, bad) => {
    expect(read(input, bad)).toBe('SIGNATURE_MALFORMED');
  });
});

describe('a parser of structured fields', () => {
  const parts = [
    'sluice=',
    '(',
    '"@method"',
    '"@path"',
    ' ',
    ')',
    ';created=1700000000',
    ';created=007',
    ';tag="sluice"',
  ].concat([`;nonce="${once.nonce}"`, `;keyid="${key.kid}"`, ';alg="ed25519"', ';', '"', '=', ', ', '\\', '?1', '\t']);
  const around = (left: string[], right: string[]) => `${left.join('')}${signed['signature-input']}${right.join('')}`;
  const pieces = fc.array(fc.constantFrom(...parts), { maxLength: 3 });

  it('reads what we read, and would write it the same', () => {
    const shuffled = fc
      .shuffledSubarray(parts.slice(6, 12), { minLength: 4 })
      .map((params) => `sluice=("@method")${params.join('')}`);
    let taken = 0;
    fc.assert(
      fc.property(
        fc.oneof(
          shuffled,
          fc.tuple(pieces, pieces).map(([left, right]) => around(left, right)),
        ),
        (input) => {
          const ours = readSignature(input, signed.signature);
          if (!ours.ok) return;
          taken += 1;
          const theirs = parseDictionary(input);
          expect(serializeDictionary(theirs)).toBe(input);
          const [, parameters] = theirs.get('sluice')!;
          expect(parameters.get('created')).toBe(ours.created);
          expect(parameters.get('nonce')).toBe(ours.nonce);
          expect(parameters.get('keyid')).toBe(ours.keyid);
        },
      ),
      { numRuns: 1000 },
    );
    expect(taken).toBeGreaterThan(50);
  });
});
