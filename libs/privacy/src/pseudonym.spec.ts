import { createHmac } from 'node:crypto';
import { PrivacyError } from './privacy-error.js';
import { pseudonym, pseudonymKey } from './pseudonym.js';

const secret = Buffer.alloc(32, 7);
const scope = { department: 'housing', purpose: 'dpv:ServiceProvision', epoch: '2026' };

describe('a pseudonym', () => {
  it('is HMAC-SHA-256 under a key that is HMAC-SHA-256 of the scope', () => {
    const key = createHmac('sha256', secret)
      .update('["sluice pseudonym","housing","dpv:ServiceProvision","2026"]')
      .digest();
    expect(pseudonym(pseudonymKey(secret, scope), '张三')).toBe(
      createHmac('sha256', key).update('张三').digest('base64url'),
    );
  });

  it.each([
    ['department', { ...scope, department: 'education' }],
    ['purpose', { ...scope, purpose: 'dpv:FraudPrevention' }],
    ['epoch', { ...scope, epoch: '2027' }],
  ])('of another %s cannot be linked', (_part, other) => {
    expect(pseudonym(pseudonymKey(secret, other), 'x')).not.toBe(pseudonym(pseudonymKey(secret, scope), 'x'));
  });

  it('tells scopes apart whose parts run into each other', () => {
    const a = pseudonymKey(secret, { department: 'a', purpose: 'bc', epoch: '' });
    const b = pseudonymKey(secret, { department: 'ab', purpose: 'c', epoch: '' });
    expect(a.equals(b)).toBe(false);
  });

  it('is not made under a secret that could be guessed', () => {
    expect(() => pseudonymKey(secret.subarray(0, 31), scope)).toThrow(
      new PrivacyError('SECRET_TOO_SHORT', 'a secret has 32 bytes or more'),
    );
  });
});
