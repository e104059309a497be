import { canonicalJson, sha256 } from '#exchange/commitment.js';
import { decide } from './decide.js';
import { anAgreement, aRequest, aResource, BASIS, JANUARY, JUNE, prepared, PURPOSE } from './housing-case.fixture.js';
import type { PreparedAgreement } from './prepared-agreement.js';

const residents = aResource();
const ask = (agreements: readonly PreparedAgreement[], request = aRequest()) =>
  decide(request, residents, agreements, JUNE);
const version = (id: string) => ({ id, version: 1 });

describe('without an agreement that covers the request, the reason is', () => {
  it('that there is none between this consumer and this resource', () => {
    const others = [prepared({ consumer: 'education/admissions' }), prepared({ resource: 'population/deaths' })];
    expect(ask(others)).toEqual({
      outcome: 'deny',
      reason: 'NO_AGREEMENT',
      detail: { consumer: 'housing/allocation', resource: 'population/residents' },
      agreements: [],
    });
  });

  it('that it is not in force, with the time when it is', () => {
    const over = anAgreement({ validUntil: '2026-06-01T00:00:00Z' });
    expect(ask([prepared(over)])).toEqual({
      outcome: 'deny',
      reason: 'AGREEMENT_NOT_LIVE',
      detail: {
        agreements: [{ ...version('housing-residents'), validFrom: JANUARY, validUntil: '2026-06-01T00:00:00Z' }],
      },
      agreements: [version('housing-residents')],
      policy: sha256(canonicalJson([over])),
    });
  });

  it('that it is for another purpose, with its purposes', () => {
    expect(ask([prepared()], aRequest({ purpose: 'dpv:Marketing' }))).toMatchObject({
      reason: 'PURPOSE_NOT_AGREED',
      detail: { asked: 'dpv:Marketing', agreements: [{ ...version('housing-residents'), purposes: [PURPOSE] }] },
    });
  });

  it.each([
    ['law', { ...BASIS, law: '住房公积金管理条例' }],
    ['article', { ...BASIS, article: '第十条' }],
  ])('that it rests on another %s, with its bases', (_part, basis) => {
    expect(ask([prepared()], aRequest({ basis }))).toMatchObject({
      reason: 'BASIS_NOT_AGREED',
      detail: { asked: basis, agreements: [{ ...version('housing-residents'), bases: [BASIS] }] },
    });
  });

  it('that of the agreement which fails the fewest clauses', () => {
    const agreements = [
      prepared({ id: 'other-in-all', purposes: ['dpv:Marketing'], bases: [{ law: 'x', article: 'y' }] }),
      prepared({ id: 'other-basis', bases: [{ law: 'x', article: 'y' }] }),
    ];
    expect(ask(agreements)).toMatchObject({ reason: 'BASIS_NOT_AGREED', agreements: [version('other-basis')] });
  });

  it('that the right agreement expired, rather than that a live one is for another purpose', () => {
    const agreements = [
      prepared({ id: 'a-live', purposes: ['dpv:Marketing'] }),
      prepared({ id: 'b-expired', validUntil: '2026-06-01T00:00:00Z' }),
    ];
    expect(ask(agreements)).toMatchObject({ reason: 'AGREEMENT_NOT_LIVE', agreements: [version('b-expired')] });
  });
});
