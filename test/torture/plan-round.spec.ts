import { planRound, randomFrom } from './plan-round.js';

const victims = ['gateway', 'adapter', 'ledger', 'postgres', 'kafka'];
const rounds = (seed: number, count: number) => {
  const random = randomFrom(seed);
  return Array.from({ length: count }, () => planRound(random, victims));
};

it('plans the same rounds from the same seed, and others from another', () => {
  expect(rounds(7, 50)).toEqual(rounds(7, 50));
  expect(rounds(7, 50)).not.toEqual(rounds(8, 50));
});

it('kills every process in its turn, some together and some while they start', () => {
  const plans = rounds(1, 1000);
  const kills = plans.flatMap((plan) => plan.kills);
  const counts = victims.map((victim) => kills.filter((kill) => kill.victim === victim).length);
  expect(Math.min(...counts)).toBeGreaterThan(kills.length / victims.length / 1.3);
  expect(plans.filter((plan) => plan.kills.length > 1).length).toBeGreaterThan(200);
  expect(kills.filter(({ again }) => again !== undefined).length).toBeGreaterThan(200);
});

it('kills no process twice at once, and always one', () => {
  for (const { kills, answers } of rounds(2, 200)) {
    expect(kills.length).toBeGreaterThanOrEqual(1);
    expect(new Set(kills.map(({ victim }) => victim)).size).toBe(kills.length);
    expect(answers).toBeGreaterThanOrEqual(1);
  }
});
