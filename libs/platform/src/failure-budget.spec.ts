import { FailureBudget } from './failure-budget.js';

it('lets a burst through, then as many as flow in', () => {
  const budget = new FailureBudget(2, 1);
  expect([0, 0, 0].map((now) => budget.spend('key', now))).toEqual([true, true, false]);
  expect(budget.spend('key', 999)).toBe(false);
  expect(budget.spend('key', 1000)).toBe(true);
  expect(budget.spend('key', 1000)).toBe(false);
});

it('counts each key by itself', () => {
  const budget = new FailureBudget(1, 1);
  expect(budget.spend('one', 0)).toBe(true);
  expect(budget.spend('another', 0)).toBe(true);
});

it('saves up no more than a burst', () => {
  const budget = new FailureBudget(2, 1);
  budget.spend('key', 0);
  const later = 3_600_000;
  expect([later, later, later].map((now) => budget.spend('key', now))).toEqual([true, true, false]);
});

it('can be asked without spending', () => {
  const budget = new FailureBudget(1, 1);
  expect([budget.isLeft('key', 0), budget.isLeft('key', 0), budget.spend('key', 0)]).toEqual([true, true, true]);
  expect([budget.isLeft('key', 999), budget.isLeft('key', 1000)]).toEqual([false, true]);
});

it('keeps what is left when the clock goes back, and fills from there', () => {
  const budget = new FailureBudget(2, 1);
  expect(budget.spend('key', 3_600_000)).toBe(true);
  expect(budget.isLeft('key', 0)).toBe(true);
  expect([budget.spend('key', 0), budget.spend('key', 0)]).toEqual([true, false]);
  expect(budget.spend('key', 1000)).toBe(true);
});
