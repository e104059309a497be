import type { LoggedEntry } from '../support/published-entries.js';
import type { Told } from './reconcile.js';
import { Tally } from './tally.js';

const answered = (id: string): Told => ({ id, outcome: 'answered' });
const entry = (id: string, type: string, content: object = {}): LoggedEntry => ({
  ...{ index: 0, type: `access.${type}.v1`, id, text: '' },
  content: { ...content },
});
const both = (id: string) => [entry(id, 'decided', { outcome: 'permit' }), entry(id, 'released')];
const asTold = (reply: Told) => reply;

it('counts over what was settled and what is open', () => {
  const tally = new Tally();
  tally.tell(answered('a'));
  tally.log(both('a'));
  expect(tally.settle(asTold)).toBe(true);
  tally.tell(answered('b'));
  expect(tally.compare()).toMatchObject({ lost: 2, duplicated: 0 });
  tally.log(both('b'));
  expect(tally.compare()).toEqual({ lost: 0, duplicated: 0, leftOpen: 0, faults: [] });
  expect(tally.told).toEqual({ answered: 2 });
});

it('is done with nothing while callers and log do not agree', () => {
  const tally = new Tally();
  tally.tell(answered('a'));
  expect(tally.settle(asTold)).toBe(false);
  tally.log(both('a'));
  expect(tally.settle(asTold)).toBe(true);
});

it('finds an entry that comes a second time, also long after its exchange was done with', () => {
  const tally = new Tally();
  tally.tell(answered('a'));
  tally.log(both('a'));
  tally.settle(asTold);
  tally.log([entry('a', 'released')]);
  expect(tally.compare()).toMatchObject({ duplicated: 1, faults: ['access.released.v1 of a twice'] });
  expect(tally.settle(asTold)).toBe(true);
  expect(tally.compare().faults).toHaveLength(1);
});

it('finds what is said of an exchange after callers and log had agreed on it', () => {
  const tally = new Tally();
  tally.tell(answered('a'));
  tally.log(both('a'));
  tally.settle(asTold);
  tally.log([entry('a', 'failed')]);
  expect(tally.compare().faults).toEqual(['access.failed.v1 of a after callers and log had agreed on the exchange']);
});

it('remembers permits of which nothing came', () => {
  const tally = new Tally();
  const doubtful: Told = {
    ...{ id: 'a', outcome: 'refused' },
    problem: { type: '', title: '', status: 503, code: 'RECORD_UNAVAILABLE' },
  };
  tally.tell(doubtful);
  tally.log([entry('a', 'decided', { outcome: 'permit' })]);
  expect(tally.settle(asTold)).toBe(false);
  expect(tally.settle((reply) => ({ ...reply, gatewayDied: true }))).toBe(true);
  expect(tally.compare()).toMatchObject({ leftOpen: 1, faults: [] });
});

it('takes no notice of what is nobody’s exchange', () => {
  const tally = new Tally();
  tally.log([{ ...entry('r', 'x'), type: 'registry.changed.v1' }]);
  expect(tally.compare().faults).toEqual([]);
});
