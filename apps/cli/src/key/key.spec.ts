import { statSync } from 'node:fs';
import { loadSigningKey, publicJwk } from '#exchange/keys.js';
import { Workplace } from '../../test/command.js';

it.each(['EdDSA', 'ES256'])('makes a %s key that only its owner can read, and prints its public half', async (alg) => {
  using place = new Workplace();
  const { exitCode, out } = await place.run(['key', 'generate', '--alg', alg, '--out', 'new.jwk.json']);
  expect(exitCode).toBe(0);
  const printed = JSON.parse(out) as Record<string, unknown>;
  expect(printed).toEqual(publicJwk(loadSigningKey(place.read('new.jwk.json')).key));
  expect(printed).toMatchObject({ alg });
  expect(printed).not.toHaveProperty('d');
  expect(statSync(place.path('new.jwk.json')).mode & 0o077).toBe(0);
});

it('never writes over a key', async () => {
  using place = new Workplace();
  await place.run(['key', 'generate', '--out', 'new.jwk.json']);
  const before = place.read('new.jwk.json');
  const { exitCode, err } = await place.run(['key', 'generate', '--out', 'new.jwk.json']);
  expect(exitCode).toBe(2);
  expect(err).toBe('sluice: new.jwk.json: there is such a file already\n');
  expect(place.read('new.jwk.json')).toBe(before);
});

it('shows the public half of a key', async () => {
  using place = new Workplace();
  const { out } = await place.run(['key', 'show', 'home/keys/operator.jwk.json']);
  expect(JSON.parse(out)).toEqual(publicJwk(place.operatorKey.key));
});

it('knows Ed25519 and P-256 alone', async () => {
  using place = new Workplace();
  expect((await place.run(['key', 'generate', '--alg', 'RS256', '--out', 'new.jwk.json'])).exitCode).toBe(2);
});
