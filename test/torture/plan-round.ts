/** Numbers from 0 to below 1, the same for the same seed. */
export type Random = () => number;

/** mulberry32, by Tommy Ettinger. */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export interface Kill {
  readonly victim: string;
  /** Milliseconds after the outage begins. */
  readonly after: number;
  /** Milliseconds after its start at which it is killed once more; undefined: it may start. */
  readonly again: number | undefined;
}

export interface RoundPlan {
  /** How many answers come after the outage, before the next round. */
  readonly answers: number;
  /** Of different processes. */
  readonly kills: readonly Kill[];
}

const MOST_ANSWERS = 20;
const LONGEST_DELAY_MS = 300;
const LONGEST_START_MS = 1200;
/** How often two or three processes die in one round, and how often one dies while it starts. */
const [SEVERAL, AGAIN] = [0.3, 0.25];

/** Who dies when in one round. Every victim is as likely as any other. */
export function planRound(random: Random, victims: readonly string[]): RoundPlan {
  const left = [...victims];
  const count = random() < SEVERAL ? 2 + Math.floor(random() * 2) : 1;
  const kills = Array.from({ length: Math.min(count, left.length) }, () => {
    const [victim = ''] = left.splice(Math.floor(random() * left.length), 1);
    const after = Math.floor(random() * LONGEST_DELAY_MS);
    return { victim, after, again: random() < AGAIN ? Math.floor(random() * LONGEST_START_MS) : undefined };
  });
  return { answers: 1 + Math.floor(random() * MOST_ANSWERS), kills };
}
