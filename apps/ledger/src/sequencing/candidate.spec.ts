import { ledgerTombstoneV1 } from '#events/ledger-tombstone.v1.js';
import { aCandidate } from '../../test/entries.js';
import { withoutDuplicates } from './candidate.js';

const [a, b, c] = [aCandidate(), aCandidate(), aCandidate()];
const forged = aCandidate({ id: a.event });

it('keeps what is new, in its order', () => {
  expect(withoutDuplicates([c, a, b], [])).toEqual({
    fresh: [c, a, b].map((one) => ({ ...one, variant: 0 })),
    duplicates: 0,
  });
});

it('drops what is known, and what repeats', () => {
  expect(withoutDuplicates([a, b, a, c, b], [c])).toMatchObject({ fresh: [a, b], duplicates: 3 });
});

it('takes one id under two types for two events', () => {
  const release = { ...a, tag: a.tag + 1 };
  expect(withoutDuplicates([a, release], [])).toMatchObject({ fresh: [a, release], duplicates: 0 });
  expect(withoutDuplicates([release], [a])).toMatchObject({ fresh: [release], duplicates: 0 });
});

it('keeps an identity that comes with other bytes as its next variant, and that once', () => {
  expect(withoutDuplicates([a, forged, forged, a], [])).toMatchObject({
    fresh: [
      { leaf: a.leaf, variant: 0 },
      { leaf: forged.leaf, variant: 1 },
    ],
    duplicates: 2,
  });
  expect(withoutDuplicates([forged], [a])).toMatchObject({ fresh: [{ variant: 1 }] });
  expect(withoutDuplicates([forged, a], [a, forged])).toMatchObject({ fresh: [], duplicates: 2 });
});

it('knows a tombstone by its identity alone: its time differs with each delivery', () => {
  const tombstone = { ...a, tag: ledgerTombstoneV1.tag };
  const later = { ...forged, tag: ledgerTombstoneV1.tag };
  expect(withoutDuplicates([tombstone, later], [])).toMatchObject({ fresh: [tombstone], duplicates: 1 });
  expect(withoutDuplicates([later], [tombstone])).toMatchObject({ fresh: [], duplicates: 1 });
});
