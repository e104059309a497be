import { Problem } from '#exchange/problem.js';
import type { Value } from '#privacy/field-type.js';
import { CursorSeal } from './cursor-seal.js';

const seal = new CursorSeal(Buffer.alloc(32, 7), '2026');
const place: Value[] = ['990101198807011234', 7, null, true, '𠮷'];

function codeOf(act: () => unknown): string | undefined {
  try {
    act();
  } catch (error) {
    return error instanceof Problem ? error.code : 'another error';
  }
  return undefined;
}

it('opens for the question that it was given for', () => {
  expect(seal.open(seal.seal(place, 'question'), 'question')).toEqual(place);
});

it('opens for no other question, under no other secret, and in no other epoch', () => {
  const cursor = seal.seal(place, 'question');
  expect(codeOf(() => new CursorSeal(Buffer.alloc(32, 7), '2027').open(cursor, 'question'))).toBe('CURSOR_INVALID');
  expect(codeOf(() => seal.open(cursor, 'another question'))).toBe('CURSOR_INVALID');
  expect(codeOf(() => new CursorSeal(Buffer.alloc(32, 8), '2026').open(cursor, 'question'))).toBe('CURSOR_INVALID');
});

it('scatters the rows of an answer otherwise for another question and in another epoch', () => {
  const salts = [
    seal.saltOf('question'),
    seal.saltOf('another question'),
    new CursorSeal(Buffer.alloc(32, 7), '2027').saltOf('question'),
  ];
  expect(new Set(salts).size).toBe(3);
  expect(seal.saltOf('question')).toBe(salts[0]);
});

it('shows nothing of the place: not its values, not how long they are, not whether two are equal', () => {
  const [short, long] = [seal.seal(['a'], 'question'), seal.seal(['a'.repeat(50)], 'question')];
  expect(short).toHaveLength(long.length);
  expect(seal.seal(['a'], 'question')).not.toBe(short);
  expect(Buffer.from(seal.seal(place, 'question'), 'base64url').toString('latin1')).not.toContain('9901');
});

it('cannot be changed, cut short or made up', () => {
  const bytes = Buffer.from(seal.seal(place, 'question'), 'base64url');
  for (let at = 0; at < bytes.length; at += 1) {
    const changed = Buffer.from(bytes);
    changed[at] = (changed[at] ?? 0) ^ 1;
    expect(codeOf(() => seal.open(changed.toString('base64url'), 'question'))).toBe('CURSOR_INVALID');
  }
  for (const cursor of ['', 'x', '张三', bytes.subarray(0, 20).toString('base64url'), 'A'.repeat(1999)]) {
    expect(codeOf(() => seal.open(cursor, 'question'))).toBe('CURSOR_INVALID');
  }
});

it('says so where a place is too long to be sent back', () => {
  expect(codeOf(() => seal.seal(['x'.repeat(3000)], 'question'))).toBe('FILTER_INVALID');
});
