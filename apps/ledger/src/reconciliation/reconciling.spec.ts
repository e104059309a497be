import { jest } from '@jest/globals';
import { NotReady } from '#platform/health/readiness.js';
import { Reconciling } from './reconciling.js';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

const everySecond = (cycle: () => Promise<boolean>) =>
  new Reconciling({ cycle, every: 1000, onError: () => undefined });

it.each([
  ['reconciles all', () => Promise.resolve(true), true],
  ['finds the row locked by somebody else each time', () => Promise.resolve(false), false],
  ['fails', () => Promise.reject(new Error('RECONCILIATION_DAMAGED')), false],
])('that %s: after a minute ready or not', async (_, cycle, isReady) => {
  const reconciling = everySecond(cycle);
  reconciling.start();
  await jest.advanceTimersByTimeAsync(59_000);
  expect(() => {
    reconciling.check();
  }).not.toThrow();
  await jest.advanceTimersByTimeAsync(2000);
  if (isReady)
    expect(() => {
      reconciling.check();
    }).not.toThrow();
  else
    expect(() => {
      reconciling.check();
    }).toThrow(NotReady);
  await reconciling.stop();
});

it('that takes long in one cycle, and moves: is ready', async () => {
  const reconciling = everySecond(() => new Promise(() => undefined));
  reconciling.start();
  await jest.advanceTimersByTimeAsync(59_000);
  reconciling.moved();
  await jest.advanceTimersByTimeAsync(59_000);
  expect(() => {
    reconciling.check();
  }).not.toThrow();
});
