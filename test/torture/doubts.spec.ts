import { Doubts } from './doubts.js';

const MINUTE = 60_000;
const killedAt =
  (...deaths: readonly number[]) =>
  (from: number, to: number) =>
    deaths.some((death) => death >= from && death <= to);

it.each<[string, number, boolean]>([
  ['before it was asked', 999, false],
  ['after it answered and before the caller had read that', 1500, true],
  ['soon after', 2000 + MINUTE, true],
  ['when it had long settled what it was in doubt about', 2001 + MINUTE, false],
])('says of a gateway that was killed %s whether it may have forgotten a doubt', (_, death, mayHave) => {
  const doubts = new Doubts();
  doubts.told('an-exchange', { askedAt: 1000, toldAt: 2000 });
  expect(doubts.mayBeForgotten('an-exchange', killedAt(death))).toBe(mayHave);
});

it('remembers nothing of what was settled, and knows nothing of what nobody asked', () => {
  const doubts = new Doubts();
  doubts.told('an-exchange', { askedAt: 1000, toldAt: 2000 });
  doubts.clear();
  expect(doubts.mayBeForgotten('an-exchange', killedAt(1500))).toBe(false);
});
