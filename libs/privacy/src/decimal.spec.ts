import fc from 'fast-check';
import { compareDecimals, formatDecimal, leastCommonMultiple, parseDecimal, rangeOf } from './decimal.js';

const read = (text: string) => parseDecimal(text)!;

describe('a decimal', () => {
  it.each(['', '-', '.5', '5.', '1e3', '+1', '01', '-01.5', '1.2.3', ' 1', '1\n', '0x10', 'NaN', '１'])(
    'is not written %j',
    (text) => {
      expect(parseDecimal(text)).toBeUndefined();
    },
  );

  it.each([
    ['0', '0'],
    ['-0', '0'],
    ['-0.000', '0'],
    ['1.50', '1.5'],
    ['-0.05', '-0.05'],
    ['9007199254740993', '9007199254740993'],
    ['123456789012345678901234567890.000000000000000001', '123456789012345678901234567890.000000000000000001'],
  ])('%s has the one short form %s', (text, short) => {
    expect(formatDecimal(read(text))).toBe(short);
  });

  it('keeps its value through any number of trailing zeros', () => {
    fc.assert(
      fc.property(fc.bigInt(), fc.nat(30), fc.nat(30), (units, scale, zeros) => {
        const one = { units, scale };
        const padded = { units: units * 10n ** BigInt(zeros), scale: scale + zeros };
        expect(formatDecimal(padded)).toBe(formatDecimal(one));
        expect(compareDecimals(read(formatDecimal(padded)), one)).toBe(0);
      }),
    );
  });

  it('is compared by value, whatever its scale', () => {
    expect(compareDecimals(read('1.5'), read('1.49999999999999999999'))).toBe(1);
    expect(compareDecimals(read('-2'), read('-1.5'))).toBe(-1);
    expect(compareDecimals(read('2.0'), read('2'))).toBe(0);
  });

  it('lies in its range, and the range starts at a multiple of its width', () => {
    const decimal = fc.record({ units: fc.bigInt(), scale: fc.nat(12) });
    const step = fc.record({ units: fc.bigInt({ min: 1n }), scale: fc.nat(12) });
    fc.assert(
      fc.property(decimal, step, (value, width) => {
        const { from, until } = rangeOf(value, width);
        expect(compareDecimals(from, value)).toBeLessThanOrEqual(0);
        expect(compareDecimals(value, until)).toBe(-1);
        const scale = Math.max(value.scale, width.scale);
        const units = width.units * 10n ** BigInt(scale - width.scale);
        expect(from.units % units).toBe(0n);
        expect(until.units - from.units).toBe(units);
      }),
    );
  });

  it('has a least common multiple with another', () => {
    expect(formatDecimal(leastCommonMultiple(read('0.1'), read('0.25')))).toBe('0.5');
    expect(formatDecimal(leastCommonMultiple(read('10'), read('15')))).toBe('30');
    expect(formatDecimal(leastCommonMultiple(read('5'), read('2.5')))).toBe('5');
  });
});
