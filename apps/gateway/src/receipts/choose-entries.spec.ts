import { chooseEntries } from './choose-entries.js';

const decided = { policy: 'p', decision: 'd' };
const recorded = (decision: object) => ({ decision: JSON.stringify(decision), failure: undefined });
const published = (...releases: readonly (object | string)[]) =>
  releases.map((release, index) => ({
    type: 'access.released.v1',
    proven: {
      entry: typeof release === 'string' ? release : JSON.stringify(release),
      ...{ origin: 'ledger.test/0', index, proof: '' },
    },
  }));

it('chooses the release of the very decision, whatever came before it under the same policy', () => {
  const all = published({ policy: 'p' }, { policy: 'p', decision: 'x' }, 'no JSON', { policy: 'p', decision: 'd' });
  expect(chooseEntries(all, recorded(decided)).release).toMatchObject({ index: 3 });
  expect(chooseEntries(all.toReversed(), recorded(decided)).release).toMatchObject({ index: 3 });
});

it('waits for that release where only others are there', () => {
  const others = published({ policy: 'p' }, { policy: 'p', decision: 'x' }, 'no JSON', 'null');
  expect(chooseEntries(others, recorded(decided))).toEqual({});
});

it('goes by the policy where the decision does not name its token, and then takes the first', () => {
  const old = recorded({ policy: 'p' });
  expect(chooseEntries(published({ policy: 'x' }, { policy: 'p' }), old).release).toMatchObject({ index: 1 });
  expect(chooseEntries(published({ policy: 'x' }, 'no JSON'), old).release).toMatchObject({ index: 0 });
});

it('gives a denial no release, whoever released something under its id', () => {
  const denied = recorded({ outcome: 'deny', reason: 'FILTER_REQUIRED' });
  expect(chooseEntries(published({ policy: 'p', decision: 'd' }), denied)).toEqual({});
});
