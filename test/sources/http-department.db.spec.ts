import { readSignature } from '#exchange/read-signature.js';
import { checkContentDigest } from '#exchange/check-content-digest.js';
import { generateSigningKey, privateJwk, verifyBytes } from '#exchange/keys.js';
import { linesOf, signatureBase } from '#exchange/signature-profile.js';
import { AdapterStage, send } from '../../apps/adapter/test/adapter-under-test.js';
import {
  askedFor,
  describeDepartment,
  exampleOf,
  expectNothingRecorded,
  refusal,
  RESIDENT,
} from './department-suite.js';
import { LONG, startRegisterApi, type ApiDialect, type ApiRequest } from './register-api.js';

const NOBODY = 'http://127.0.0.1:9/api';
const TOKEN = 'a-token-of-the-register';
const key = generateSigningKey();

const withToken: ApiDialect = {
  trusts: ({ request: { headers } }) => headers.authorization === `Bearer ${TOKEN}`,
  residentOf: ({ request: { url, headers } }) =>
    headers['x-register-version'] === '2'
      ? /^\/api\/residents\/([^/?]+)\?view=full$/.exec(String(url))?.[1]
      : undefined,
  absent: [404, { error: 'no such resident' }],
};

const withSignature: ApiDialect = {
  trusts: isSigned,
  residentOf: ({ request, body }) =>
    request.url === '/api/residents/search' ? (JSON.parse(body.toString()) as { id?: string }).id : undefined,
  absent: [200, { result: { residents: [] } }],
};

/** By `key`, over this very request. */
function isSigned({ request, body }: ApiRequest): boolean {
  const header = (name: string) => String(request.headers[name]);
  const read = readSignature(header('signature-input'), header('signature'));
  const contentDigest = body.length === 0 ? undefined : header('content-digest');
  const isWhole = contentDigest === undefined || checkContentDigest(contentDigest, body) === undefined;
  if (!read.ok || read.keyid !== key.kid || !isWhole) return false;
  const [path = '', query] = String(request.url).split('?');
  const target = {
    method: String(request.method),
    authority: header('host'),
    path,
    query: query === undefined ? undefined : `?${query}`,
    contentDigest,
  };
  const base = signatureBase(linesOf(target, read.components), read.signatureParams);
  return verifyBytes(Buffer.from(base), key.key, read.signature);
}

const overApi = async (file: string, dialect: ApiDialect, keyFile = key) => {
  const api = await startRegisterApi(dialect);
  return {
    department: exampleOf(file),
    variables: { SOURCE_URL: api.url, SOURCE_TOKEN: TOKEN },
    files: { 'source.jwk.json': JSON.stringify(privateJwk(keyFile)) },
    stop: () => api.stop(),
  };
};

function refusesLongAnswers(stage: () => AdapterStage): void {
  it('refuses an answer that is longer than its limit, and records nothing', async () => {
    const answer = await send(await stage().start(), askedFor(stage(), LONG));
    expect(answer).toMatchObject(refusal(502, 'SOURCE_ANSWER_INVALID'));
    await expectNothingRecorded(stage());
  });
}

describeDepartment(
  'http-bearer.yaml',
  () => overApi('http-bearer.yaml', withToken),
  NOBODY,
  (stage) => {
    refusesLongAnswers(stage);

    it('gets nothing by another token, records nothing, and is not ready', async () => {
      const url = await stage().start({ SOURCE_TOKEN: 'of-somebody-else' });
      const answer = await send(url, askedFor(stage(), RESIDENT.resident_id));
      expect(answer).toMatchObject(refusal(503, 'SOURCE_UNAVAILABLE'));
      expect(answer.bytes.toString()).not.toContain('who are you');
      expect((await fetch(`${url}/health/ready`)).status).toBe(503);
      expect(stage().logged.join('')).toContain('status 401');
      await expectNothingRecorded(stage());
    });
  },
);

describeDepartment('http-signed.yaml', () => overApi('http-signed.yaml', withSignature), NOBODY, refusesLongAnswers);

it('gets nothing of an API that wants another key than the one beside the file', async () => {
  await using stage = await AdapterStage.set(await overApi('http-signed.yaml', withSignature, generateSigningKey()));
  await stage.begin();
  const answer = await send(await stage.start(), askedFor(stage, RESIDENT.resident_id));
  expect(answer).toMatchObject(refusal(503, 'SOURCE_UNAVAILABLE'));
  await expectNothingRecorded(stage);
});
