import fc from 'fast-check';
import { isRealDate, toUtc } from './calendar.js';

describe('a date', () => {
  it.each(['2026-03-01', '2024-02-29', '2000-02-29', '0001-01-01', '9999-12-31'])('%s exists', (text) => {
    expect(isRealDate(text)).toBe(true);
  });

  it.each([
    '2026-02-30',
    '2026-02-29',
    '1900-02-29',
    '2026-04-31',
    '2026-00-10',
    '2026-13-01',
    '2026-01-00',
    '0000-01-01',
    '2026-1-1',
    '2026-01-01 ',
    '2026-01-01T00:00:00Z',
    '20260101',
    '２０２６-01-01',
  ])('%j does not exist', (text) => {
    expect(isRealDate(text)).toBe(false);
  });

  it('exists exactly where the calendar of the language has it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9999 }), fc.nat(14), fc.nat(32), (year, month, day) => {
        const pad = (number: number, digits: number) => String(number).padStart(digits, '0');
        const text = `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}`;
        const known = new Date(`${text}T00:00:00Z`);
        const exists = !Number.isNaN(known.getTime()) && known.toISOString().startsWith(text);
        expect(isRealDate(text)).toBe(exists);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('a timestamp', () => {
  it.each([
    ['2026-03-01T08:00:00+08:00', '2026-03-01T00:00:00Z'],
    ['2026-01-01T00:30:00+08:00', '2025-12-31T16:30:00Z'],
    ['2026-03-01T00:00:00-03:30', '2026-03-01T03:30:00Z'],
    ['2026-03-01T00:00:00-00:00', '2026-03-01T00:00:00Z'],
    ['2026-03-01T00:00:00.000Z', '2026-03-01T00:00:00Z'],
    ['2026-03-01T00:00:00.120000Z', '2026-03-01T00:00:00.12Z'],
    ['2026-03-01T00:00:00.123456789Z', '2026-03-01T00:00:00.123456789Z'],
    ['2026-03-01T00:00:10Z', '2026-03-01T00:00:10Z'],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00Z'],
    ['2026-03-01T14:00:00+14:00', '2026-03-01T00:00:00Z'],
  ])('%s is %s in UTC', (text, utc) => {
    expect(toUtc(text)).toBe(utc);
  });

  it.each([
    ['without an offset', '2026-03-01T08:00:00'],
    ['without a time', '2026-03-01'],
    ['of a day that does not exist', '2026-02-30T00:00:00Z'],
    ['of an hour that does not exist', '2026-03-01T24:00:00Z'],
    ['of a leap second', '2026-06-30T23:59:60Z'],
    ['with a space', '2026-03-01 08:00:00Z'],
    ['in lower case', '2026-03-01t08:00:00z'],
    ['with ten digits of a second', '2026-03-01T08:00:00.1234567890Z'],
    ['with an offset that no clock has', '2026-03-01T08:00:00+14:01'],
    ['with an offset past a day', '2026-03-01T08:00:00+99:00'],
    ['that leaves the first year', '0001-01-01T00:00:00+08:00'],
    ['that leaves the last year', '9999-12-31T23:59:59-08:00'],
  ])('is not one %s', (_why, text) => {
    expect(toUtc(text)).toBeUndefined();
  });

  it('names the same instant as it did before, and its text sorts as the instant does', () => {
    const instant = fc.date({ min: new Date('0001-01-02'), max: new Date('9999-12-30'), noInvalidDate: true });
    fc.assert(
      fc.property(instant, instant, fc.integer({ min: -14 * 60, max: 14 * 60 }), (a, b, minutes) => {
        expect(Date.parse(toUtc(localText(a, minutes))!)).toBe(a.getTime());
        const [x, y] = [toUtc(a.toISOString())!.slice(0, -1), toUtc(b.toISOString())!.slice(0, -1)];
        expect(x < y).toBe(a.getTime() < b.getTime());
      }),
    );
  });
});

function localText(instant: Date, offsetMinutes: number): string {
  const local = new Date(instant.getTime() + offsetMinutes * 60_000).toISOString().slice(0, -1);
  const distance = Math.abs(offsetMinutes);
  const two = (number: number) => String(number).padStart(2, '0');
  return `${local}${offsetMinutes < 0 ? '-' : '+'}${two(Math.floor(distance / 60))}:${two(distance % 60)}`;
}
