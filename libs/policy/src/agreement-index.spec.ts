import { canonicalJson, sha256 } from '#exchange/commitment.js';
import { AgreementIndex } from './agreement-index.js';
import { decide } from './decide.js';
import { aRequest, aResource, anAgreement, JUNE, NEXT_JANUARY } from './housing-case.fixture.js';
import { policyDigest, prepareAgreement } from './prepared-agreement.js';

const residents = aResource();
const idsFor = (index: AgreementIndex, consumer: string, resource: string) =>
  index.agreementsFor(consumer, resource).map(({ version }) => version.id);

it('finds the agreements between a consumer and a resource, and no others', () => {
  const index = new AgreementIndex(
    [residents, aResource({ id: 'population/deaths' })],
    [
      anAgreement({ id: 'a' }),
      anAgreement({ id: 'b' }),
      anAgreement({ id: 'c', consumer: 'education/admissions' }),
      anAgreement({ id: 'd', resource: 'population/deaths' }),
    ],
  );
  expect(index.invalid).toEqual([]);
  expect(idsFor(index, 'housing/allocation', 'population/residents')).toEqual(['a', 'b']);
  expect(idsFor(index, 'education/admissions', 'population/residents')).toEqual(['c']);
  expect(idsFor(index, 'housing/allocation', 'population/deaths')).toEqual(['d']);
  expect(idsFor(index, 'education/admissions', 'population/deaths')).toEqual([]);
});

describe('an agreement that does not fit its resource', () => {
  const narrow = anAgreement({ id: 'narrow', rows: [{ field: 'district', op: 'eq', value: 5 }] });
  const wide = anAgreement({ id: 'wide' });

  it('is reported with what is wrong', () => {
    const index = new AgreementIndex([residents], [narrow, wide]);
    expect(index.invalid).toMatchObject([{ agreement: { id: 'narrow' }, findings: [{ pointer: '/rows/0/value' }] }]);
  });

  it('is not passed over, since the others alone would permit more', () => {
    const agreements = new AgreementIndex([residents], [narrow, wide]).agreementsFor(
      'housing/allocation',
      'population/residents',
    );
    expect(() => decide(aRequest(), residents, agreements, JUNE)).toThrow('AGREEMENT_INVALID: narrow');
  });

  it('is in nobody’s way where it would not take part', () => {
    const over = { ...narrow, validUntil: '2026-02-01T00:00:00Z' };
    const agreements = new AgreementIndex([residents], [over, wide]).agreementsFor(
      'housing/allocation',
      'population/residents',
    );
    expect(decide(aRequest(), residents, agreements, JUNE).outcome).toBe('permit');
  });

  it('may be on a resource that is gone, or be there in two versions', () => {
    const index = new AgreementIndex(
      [residents],
      [
        anAgreement({ id: 'gone', resource: 'population/deaths' }),
        anAgreement({ id: 'twice' }),
        anAgreement({ id: 'twice', version: 2 }),
      ],
    );
    expect(index.invalid.map(({ agreement, findings }) => [agreement.id, ...findings.map(({ code }) => code)])).toEqual(
      [
        ['gone', 'RESOURCE_UNKNOWN'],
        ['twice', 'ID_TAKEN'],
        ['twice', 'ID_TAKEN'],
      ],
    );
  });
});

it('digests a policy as the canonical list of its agreements, which anyone can repeat', () => {
  const list = [anAgreement({ id: 'a' }), anAgreement({ id: 'b', validUntil: NEXT_JANUARY })];
  const all = list.map((one) => prepareAgreement(one, true));
  expect(policyDigest(all)).toBe(sha256(canonicalJson(list)));
  expect(policyDigest(all.slice(0, 1))).toBe(sha256(canonicalJson(list.slice(0, 1))));
});
