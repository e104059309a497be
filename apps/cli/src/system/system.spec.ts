import { generateSigningKey, privateJwk, publicJwk, type PublicJwk } from '#exchange/keys.js';
import { isSignedBy, problem, type Received, type Reply } from '../../../../libs/client/test/http-peer.js';
import { workplaceWith } from '../../test/command.js';
import { outlives, stateOf } from './key-state.js';

interface Stored {
  jwk: PublicJwk;
  notBefore?: string;
  notAfter?: string;
  revokedAt?: string;
}

const title = { zh: '住房统计', en: 'Housing statistics' };
const oldKey = publicJwk(generateSigningKey().key);
const newKey = generateSigningKey('ES256');
const newKid = newKey.kid;

/** The gateway's registry of one system's keys. */
function registry(keys: Map<string, Stored>): (request: Received) => Reply {
  const shown = (kid: string) => ({ kid, ...keys.get(kid)! });
  return ({ method, target, body }) => {
    const [, kid, revoke] = /\/keys\/([^/]+)(\/revoke)?$/.exec(target) ?? [];
    if (kid === undefined) {
      if (method === 'PUT') return { body: { id: 'housing/statistics', title } };
      const other = { id: 'housing/archive', title, keys: [] };
      return { body: { items: [other, { id: 'housing/statistics', title, keys: [...keys.keys()].map(shown) }] } };
    }
    if (revoke !== undefined && !keys.has(kid)) return problem(404, 'NOT_FOUND');
    if (revoke === undefined) keys.set(kid, JSON.parse(body) as Stored);
    else keys.set(kid, { ...keys.get(kid)!, revokedAt: '2026-11-23T09:00:00.000Z' });
    return { body: shown(kid) };
  };
}

async function administering(stored: Stored[] = []) {
  const keys = new Map(stored.map((one) => [one.jwk.kid!, one]));
  const set = await workplaceWith(registry(keys));
  set.place.write('new.jwk.json', privateJwk(newKey));
  return { ...set, keys };
}

it('registers a system with its key, of which the private half stays here', async () => {
  await using set = await administering();
  const { exitCode, out } = await set.place.run([
    ...['system', 'add', 'housing/statistics', '--title-zh', title.zh, '--title-en', title.en, '--key', 'new.jwk.json'],
  ]);
  expect(exitCode).toBe(0);
  expect(out).toContain(newKid);
  expect(set.peer.received.map(({ body }) => body).join()).not.toContain(privateJwk(newKey).d);
  expect(set.peer.received.every((one) => isSignedBy(set.place.operatorKey, one))).toBe(true);
  expect(set.keys.get(newKid)?.jwk).toEqual(publicJwk(newKey.key));
});

it('lists systems and shows one', async () => {
  await using set = await administering([{ jwk: oldKey }]);
  expect((await set.place.run(['system', 'list'])).out).toMatch(/housing\/archive.*housing\/statistics.*valid/s);
  const { out } = await set.place.run(['system', 'show', 'housing/statistics', '--json']);
  expect(JSON.parse(out)).toMatchObject({ id: 'housing/statistics', keys: [{ kid: oldKey.kid }] });
  expect((await set.place.run(['system', 'show', 'housing/nothing'])).exitCode).toBe(2);
});

describe('keys of a system', () => {
  it('are registered with a validity', async () => {
    await using set = await administering();
    const until = ['--not-before', '2026-12-01T00:00:00Z', '--not-after', '2027-12-01T00:00:00+08:00'];
    const { exitCode, out } = await set.place.run([
      'system',
      'key',
      'add',
      'housing/statistics',
      'new.jwk.json',
      ...until,
    ]);
    expect(exitCode).toBe(0);
    expect(out).toContain('not valid yet');
    expect(set.keys.get(newKid)).toMatchObject({
      notBefore: '2026-12-01T00:00:00Z',
      notAfter: '2027-12-01T00:00:00+08:00',
    });
  });

  it('rotate with an overlap: the new one works, the old ones end, what has ended stays', async () => {
    const ended = { jwk: publicJwk(generateSigningKey().key), notAfter: '2026-11-01T00:00:00Z' };
    const revoked = { jwk: publicJwk(generateSigningKey().key), revokedAt: '2026-11-01T00:00:00Z' };
    await using set = await administering([{ jwk: oldKey, notBefore: '2026-01-01T00:00:00Z' }, ended, revoked]);
    const { exitCode } = await set.place.run([
      'system',
      'key',
      'rotate',
      'housing/statistics',
      'new.jwk.json',
      '--overlap',
      '2',
    ]);
    expect(exitCode).toBe(0);
    expect(set.keys.get(newKid)).toEqual({ jwk: publicJwk(newKey.key) });
    expect(set.keys.get(oldKey.kid!)).toEqual({
      jwk: oldKey,
      notBefore: '2026-01-01T00:00:00Z',
      notAfter: '2026-11-23T11:00:00.000Z',
    });
    expect(set.keys.get(ended.jwk.kid!)).toEqual(ended);
    expect(set.keys.get(revoked.jwk.kid!)).toEqual(revoked);
    expect(set.peer.received.find(({ method }) => method === 'PUT')?.target).toContain(newKid);
  });

  it('rotate again with the same result', async () => {
    await using set = await administering([{ jwk: oldKey }]);
    const rotate = () => set.place.run(['system', 'key', 'rotate', 'housing/statistics', 'new.jwk.json']);
    await rotate();
    const once = new Map(set.keys);
    await rotate();
    expect(set.keys).toEqual(once);
  });

  it('are revoked by their thumbprint', async () => {
    await using set = await administering([{ jwk: oldKey }]);
    const { exitCode, out } = await set.place.run(['system', 'key', 'revoke', 'housing/statistics', oldKey.kid!]);
    expect(exitCode).toBe(0);
    expect(out).toContain('revoked');
    expect((await set.place.run(['system', 'key', 'revoke', 'housing/statistics', newKid])).exitCode).toBe(1);
  });

  it.each<[string, string[]]>([
    ['a system without a department', ['add', 'housing', 'new.jwk.json']],
    ['a path for a system', ['add', '../../agreements/x', 'new.jwk.json']],
    ['a thumbprint that is none', ['revoke', 'housing/statistics', 'mine']],
    ['a moment that is none', ['add', 'housing/statistics', 'new.jwk.json', '--not-after', '2027-02-30']],
    ['a file that holds no key', ['add', 'housing/statistics', 'home/trust.json']],
  ])('are not sent for %s', async (_name, args) => {
    await using set = await administering();
    expect((await set.place.run(['system', 'key', ...args])).exitCode).toBe(2);
    expect(set.peer.received).toEqual([]);
  });
});

it('knows in which state a key is', () => {
  const key = { kid: oldKey.kid!, jwk: oldKey };
  const now = new Date('2026-11-23T09:00:00Z');
  const at = (hours: number) => new Date(now.getTime() + hours * 3_600_000).toISOString();
  expect(stateOf(key, now).en).toBe('valid');
  expect(stateOf({ ...key, notBefore: at(0), notAfter: at(1) }, now).en).toBe('valid');
  expect(stateOf({ ...key, notBefore: at(1) }, now).en).toBe('not valid yet');
  expect(stateOf({ ...key, notAfter: at(0) }, now).en).toBe('ended');
  expect(stateOf({ ...key, revokedAt: at(1) }, now).en).toBe('revoked');
  expect(outlives({ ...key, notAfter: at(1) }, now)).toBe(true);
  expect(outlives({ ...key, notAfter: at(0) }, now)).toBe(false);
});
