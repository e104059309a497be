import { ERASURE_HEADER, ERASURE_TYPE, erasureRequest } from '#exchange/erasure.js';
import { verifyJws } from '#exchange/jws.js';
import { orderClaims } from '#exchange/operator-order.js';
import { sha256 } from '#exchange/commitment.js';
import { publicJwk } from '#exchange/keys.js';
import { problem, type Received, type Reply } from '../../../../libs/client/test/http-peer.js';
import { workplaceWith, NOW } from '../../test/command.js';

const ID = '99010619920817002X';
const [OWN, TOLD] = ['01a206eb-bb90-8f4d-b7df-465e4df8f65d', '01a206eb-bb90-8f4d-b7df-465e4df8f65e'];
const erase = ['subject', 'erase', ID, '--ground', 'consent-withdrawn'];

/** A gateway that found one exchange, and a department that knows of another. `url` is where both are. */
function services(url: () => string, adapter?: (request: Received) => Reply) {
  return (request: Received): Reply => {
    const { target, body } = request;
    if (target.startsWith('/v1/admin/departments')) {
      const { key } = set.place.operatorKey;
      const one = { id: 'population', title: { zh: '人口', en: 'P' }, adapterUrl: url(), keys: [publicJwk(key)] };
      return {
        body: {
          items: [
            { ...one, resources: [] },
            { ...one, id: 'housing', adapterUrl: undefined, resources: [] },
          ],
        },
      };
    }
    const { exchanges, dryRun } = erasureRequest.parse(JSON.parse(body));
    if (target === '/v1/erasures') {
      return adapter?.(request) ?? { body: { details: 1, exchanges: [...new Set([TOLD, ...exchanges])], dryRun } };
    }
    return { body: { details: 1 + exchanges.length, exchanges: [OWN, ...exchanges], dryRun } };
  };
}

let set: Awaited<ReturnType<typeof workplaceWith>>;
async function at(adapter?: (request: Received) => Reply) {
  set = await workplaceWith(services(() => set.peer.url, adapter));
  return set;
}
const sent = (target: string) =>
  set.peer.received.filter((one) => one.target === target).map(({ body }) => erasureRequest.parse(JSON.parse(body)));

it('asks the departments first, then the gateway to destroy what they know of too, and then the departments', async () => {
  await using place = await at();
  const { exitCode, out } = await place.place.run([...erase, '--json']);
  expect(exitCode).toBe(0);
  expect(place.peer.received.map(({ target }) => target)).toEqual([
    '/v1/admin/departments',
    '/v1/erasures',
    '/v1/admin/erasures',
    '/v1/erasures',
  ]);
  expect(sent('/v1/erasures')).toMatchObject([
    { subject: ID, exchanges: [], dryRun: true },
    { subject: ID, exchanges: [TOLD, OWN], dryRun: false },
  ]);
  expect(sent('/v1/admin/erasures')).toMatchObject([{ subject: ID, exchanges: [TOLD], dryRun: false }]);
  expect(JSON.parse(out)).toEqual({
    dryRun: false,
    ground: 'consent-withdrawn',
    complete: true,
    services: [
      { service: 'gateway', details: 2, exchanges: [OWN, TOLD] },
      { service: 'adapter/population', details: 2, exchanges: [OWN, TOLD] },
    ],
  });
});

it('orders a department by the key of its operator, for this very body', async () => {
  await using place = await at();
  await place.place.run(erase);
  const { key, kid } = place.place.operatorKey;
  for (const { headers, body } of place.peer.received.filter(({ target }) => target === '/v1/erasures')) {
    const { payload } = verifyJws(String(headers[ERASURE_HEADER]), ERASURE_TYPE, new Map([[kid, key]]));
    const { aud, request, iat } = orderClaims.parse(payload);
    expect({ aud, request, iat }).toEqual({
      aud: 'adapter/population@sluice.example/log',
      request: sha256(body),
      iat: NOW.getTime() / 1000,
    });
  }
});

it('never sends the same body twice, so that no digest of one can be tried with ids', async () => {
  await using place = await at();
  await place.place.run(erase);
  await place.place.run(erase);
  const salts = [...sent('/v1/erasures'), ...sent('/v1/admin/erasures')].map(({ salt }) => salt);
  expect(new Set(salts).size).toBe(6);
});

it('says how many there are, and destroys nothing, in a dry run', async () => {
  await using place = await at();
  const { exitCode, out } = await place.place.run([...erase, '--dry-run', '--lang', 'zh']);
  expect(exitCode).toBe(0);
  expect(out).toContain('将销毁');
  expect(place.peer.received).toHaveLength(3);
  expect([...sent('/v1/erasures'), ...sent('/v1/admin/erasures')].every(({ dryRun }) => dryRun)).toBe(true);
});

it('reads the subject from where it leaves no trace in a shell', async () => {
  await using place = await at();
  await place.place.run(['subject', 'erase', '-', '--ground', 'unlawful'], { stdin: `${ID}\n` });
  expect(sent('/v1/admin/erasures')).toMatchObject([{ subject: ID, ground: 'unlawful' }]);
});

it('sends a long list of exchanges in parts', async () => {
  await using place = await at();
  const many = Array.from({ length: 2500 }, (_, at) => `01a206eb-bb90-8f4d-b7df-${String(at).padStart(12, '0')}`);
  const args = ['subject', 'erase', '--ground', 'retention-ended', '--exchange', ...many];
  expect((await place.place.run(args)).exitCode).toBe(0);
  expect(sent('/v1/admin/erasures').map(({ exchanges }) => exchanges.length)).toEqual([1000, 1000, 501]);
});

it('says which department could not be reached, and that the rest must be done again', async () => {
  await using place = await at(() => problem(503, 'RECORD_UNAVAILABLE'));
  const { exitCode, out, err } = await place.place.run(erase);
  expect(exitCode).toBe(3);
  expect(out).toMatch(/adapter\/population.*RECORD_UNAVAILABLE/);
  expect(err).toContain('run it again');
  expect(sent('/v1/admin/erasures')).toHaveLength(1);
  expect(sent('/v1/erasures')).toHaveLength(1);
});

it.each([
  [['subject', 'erase', ID], 'required'],
  [['subject', 'erase', ID, '--ground', 'because'], 'because'],
  [['subject', 'erase', '--ground', 'unlawful'], 'name a subject or an exchange'],
])('refuses %j', async (args, reason) => {
  await using place = await at();
  const { exitCode, err } = await place.place.run(args);
  expect(exitCode).toBe(2);
  expect(err).toContain(reason);
  expect(place.peer.received).toEqual([]);
});
