import { randomUUID } from 'node:crypto';
import { Validator } from '@seriousme/openapi-schema-validator';
import { request } from 'undici';
import { sha256 } from '#exchange/commitment.js';
import { exchangeRequest } from '#exchange/exchange-request.js';
import { signJws } from '#exchange/jws.js';
import { DECISION_HEADER, DECISION_TYPE, type DecisionClaims } from '#exchange/tokens.js';
import { waitUntil } from '#embedded/wait-until.js';
import { startSystem, type System } from '../support/system.js';
import { breaches, faultsOf, successOf } from './documented-answer.js';
import {
  documentedAnswers,
  operationsOf,
  requestsOf,
  withoutExample,
  type DocumentedOperation,
  type PageRequest,
} from './documented-operation.js';
import { DocumentationPage } from './documentation-page.js';

const START_MS = 180_000;
const TEST_MS = 90_000;
/** Of a receipt whose entries are not published yet. */
const PENDING = 202;
const PENDING_MS = 10_000;
const ADAPTERS = ['population', 'social-security', 'real-estate', 'transport'];
const SERVICES = ['gateway', 'ledger', ...ADAPTERS.map((id) => `adapter-${id}`)];
/** A page cannot sign what only the gateway may: there the example shows how it is refused. */
const REFUSED = { name: 'POST /v1/release', status: 401, description: 'refused: 401 `DECISION_INVALID`' };

let system: System;

beforeAll(async () => {
  system = await startSystem({ transport: 'embedded', everyAdapter: true });
  const { id } = await system.ask();
  await system.client().receipt(id, { wait: TEST_MS });
}, START_MS);
afterAll(() => system.stop(), START_MS);

const originOf = (service: string) => system.service(service).definition.url;

async function documentOf(service: string): Promise<Record<string, unknown>> {
  const { body } = await request(`${originOf(service)}/docs/openapi.json`);
  return (await body.json()) as Record<string, unknown>;
}

/** What a page cannot sign. */
const refusals = new Map([
  [REFUSED.name, REFUSED.status],
  ['POST /v1/erasures', 403],
  ...['explain', 'resolve', 'notes', 'erase-note'].map((order) => [`POST /v1/alerts/{id}/${order}`, 403] as const),
  // There is none in a system that is well.
  ['GET /v1/alerts/{id}', 404],
]);
const expectedOf = (operation: DocumentedOperation) => refusals.get(operation.name) ?? successOf(operation);

/** The proof of what was just done may be on its way: a person asks again. */
async function settled(page: DocumentationPage, operation: DocumentedOperation, asked: PageRequest) {
  let answer = await page.send(asked);
  if (expectedOf(operation) === PENDING) return answer;
  await waitUntil(async () => {
    if (answer.status === PENDING) answer = await page.send(asked);
    return answer.status !== PENDING;
  }, PENDING_MS);
  return answer;
}

async function tryOut(page: DocumentationPage, operation: DocumentedOperation): Promise<readonly string[]> {
  const faults: string[] = [];
  for (const asked of requestsOf(operation, page.origin)) {
    const answer = await settled(page, operation, asked);
    faults.push(...faultsOf(operation, answer));
    if (answer.status !== expectedOf(operation)) faults.push(`${asked.url} ${answer.status} ${answer.text}`);
  }
  return faults.map((fault) => `${operation.name}: ${fault}`);
}

describe.each(SERVICES)('what %s documents', (service) => {
  it('is OpenAPI 3.1, and each input has an example that fits its schema', async () => {
    const document = await documentOf(service);
    const validator = new Validator();
    expect(await validator.validate(structuredClone(document))).toEqual({ valid: true });
    expect([document.openapi, validator.version]).toEqual(['3.1.0', '3.1']);
    const operations = operationsOf(document);
    expect(operations.length).toBeGreaterThan(1);
    const wrong = operations.flatMap((operation) => [
      ...withoutExample(operation).map((input) => `${operation.name} has no example of ${input}`),
      ...unfit(operation).map((fault) => `${operation.name}: ${fault}`),
    ]);
    expect(wrong).toEqual([]);
  });

  it(
    'runs as it stands, from the first operation to the last, and again',
    async () => {
      const page = await DocumentationPage.open(originOf(service));
      for (const round of [1, 2]) {
        const operations = operationsOf(await documentOf(service));
        const failed: string[] = [];
        for (const operation of operations) failed.push(...(await tryOut(page, operation)));
        expect({ round, failed }).toEqual({ round, failed: [] });
      }
    },
    TEST_MS,
  );
});

/** The examples, of what is sent and of what is answered, that break the schemas beside them. */
function unfit(operation: DocumentedOperation): readonly string[] {
  const { parameters, requestBody } = operation;
  const examples = [
    ...parameters.map((one) => ({ schema: one.schema, example: one.example ?? one.schema.example })),
    ...Object.values(requestBody?.content ?? {}).map(({ schema, example }) => ({
      schema,
      example: example ?? schema?.example,
    })),
    ...documentedAnswers(operation),
  ];
  return examples.flatMap(({ schema, example }) => (example === undefined ? [] : breaches(schema, example)));
}

describe.each(ADAPTERS)('the release that %s documents', (department) => {
  it('answers as it is documented once the gateway has decided, and says that a page cannot ask for it', async () => {
    const origin = originOf(`adapter-${department}`);
    const page = await DocumentationPage.open(origin);
    const release = operationsOf(await documentOf(`adapter-${department}`)).find(({ name }) => name === REFUSED.name)!;
    expect(release.description).toContain(REFUSED.description);
    const [asked] = requestsOf(release, origin);
    const decided = { ...asked!, headers: { ...asked!.headers, [DECISION_HEADER]: decisionOn(department, asked!) } };
    const answer = await page.send(decided);
    expect({ ...answer, faults: faultsOf(release, answer) }).toMatchObject({ status: 200, faults: [] });
    expect(JSON.parse(answer.text)).toMatchObject({ rows: [{}, {}, {}] });
  });
});

/** As the gateway would sign it, for all that the example asks. */
function decisionOn(department: string, { body = '' }: PageRequest): string {
  const { resource, select, purpose } = exchangeRequest.parse(JSON.parse(body));
  const now = Math.floor(Date.now() / 1000);
  const claims: DecisionClaims = {
    ...{ iss: 'gateway', aud: department, jti: randomUUID(), iat: now, exp: now + 30, request: sha256(body) },
    ...{ consumer: 'housing/eligibility', resource, purpose, policy: sha256('policy') },
    agreements: [{ id: 'housing-residents', version: 1 }],
    obligations: {
      fields: Object.fromEntries(select.map((field) => [field, { kind: 'clear' }])),
      filters: {},
      rows: [],
      maxRows: 10,
    },
  };
  return signJws(claims, DECISION_TYPE, system.layout.keys.gateway.key);
}
