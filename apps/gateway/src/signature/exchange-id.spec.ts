import fc from 'fast-check';
import { validate, version } from 'uuid';
import { exchangeId } from './exchange-id.js';

const signature = fc.record({
  created: fc.integer({ min: 0, max: 2 ** 38 }),
  keyid: fc.stringMatching(/^[A-Za-z0-9_-]{43}$/),
  nonce: fc.stringMatching(/^[A-Za-z0-9_-]{16,64}$/),
});

it('is the same for the same signature for ever', () => {
  const keyid = 'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k';
  expect(exchangeId({ created: 1_700_000_000, keyid, nonce: 'abcdefghijklmnopqrstuv' })).toBe(
    '018bcfe5-6800-8a1d-ab73-17a77cb3aeda',
  );
});

it('is a UUIDv8 that begins with the time in milliseconds', () => {
  fc.assert(
    fc.property(signature, (one) => {
      const id = exchangeId(one);
      expect(validate(id)).toBe(true);
      expect(version(id)).toBe(8);
      expect(parseInt(id.replaceAll('-', '').slice(0, 12), 16)).toBe(one.created * 1000);
    }),
  );
});

it('differs with each of its parts', () => {
  fc.assert(
    fc.property(signature, signature, (one, other) => {
      for (const part of ['created', 'keyid', 'nonce'] as const) {
        fc.pre(one[part] !== other[part]);
        expect(exchangeId({ ...one, [part]: other[part] })).not.toBe(exchangeId(one));
      }
    }),
  );
});
