import { subjectHandle, subjectKey } from './subject-handle.js';
import { pseudonymKey } from './pseudonym.js';

const secret = Buffer.alloc(32, 3);
const scope = { department: 'housing', purpose: 'gov:HousingEligibility' };
const key = subjectKey(secret, scope);
const ID = '99010619920817002X';

it('is one for a person, however the id is written', () => {
  for (const written of [
    '99010619920817002x',
    ' 99010619920817002X ',
    '990106 19920817 002X',
    '９９０１０６１９９２０８１７００２Ｘ',
  ]) {
    expect(subjectHandle(key, written)).toBe(subjectHandle(key, ID));
  }
  expect(subjectHandle(key, 7)).toBe(subjectHandle(key, '7'));
  expect(subjectHandle(key, '990106199208170020')).not.toBe(subjectHandle(key, ID));
});

it.each([
  ['department', { ...scope, department: 'education' }],
  ['purpose', { ...scope, purpose: 'gov:SocialAssistance' }],
])('of another %s cannot be linked', (_, other) => {
  expect(subjectHandle(subjectKey(secret, other), ID)).not.toBe(subjectHandle(key, ID));
});

it('is no beginning of a pseudonym that is released', () => {
  const released = pseudonymKey(secret, { ...scope, epoch: '1' });
  expect(subjectHandle(released, ID)).not.toBe(subjectHandle(key, ID));
  expect(subjectHandle(key, ID)).toMatch(/^[A-Za-z0-9_-]{16}$/);
});
