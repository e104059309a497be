import { breaches, faultsOf, successOf } from './documented-answer.js';
import { operationsOf, requestsOf, withoutExample, type DocumentedOperation } from './documented-operation.js';

const rows = { type: 'object', properties: { rows: { type: 'integer' } }, required: ['rows'] };
const json = (schema: object, more: object = {}) => ({ content: { 'application/json': { schema, ...more } } });

/** A document's one operation, `POST /v1/{name}`. */
function anOperation(change: object): DocumentedOperation {
  const one = { responses: { 200: json(rows), 404: json(rows), 202: {} }, ...change };
  return operationsOf({ paths: { '/v1/{name}': { post: one } } })[0]!;
}
const parameter = (name: string, place: string, more: object) => ({ name, in: place, schema: {}, ...more });

it('makes requests as a page does: with all that it fills in, and with what is required', () => {
  const operation = anOperation({
    parameters: [
      parameter('name', 'path', { required: true, example: 'a/b' }),
      parameter('limit', 'query', { schema: { default: 50 } }),
      parameter('cursor', 'query', {}),
    ],
    requestBody: json({ ...rows, example: { rows: 3 } }),
  });
  const requests = requestsOf(operation, 'http://here');
  expect(requests.map(({ url }) => url)).toEqual(['http://here/v1/a%2Fb?limit=50', 'http://here/v1/a%2Fb']);
  expect(requests[0]).toMatchObject({ method: 'POST', body: '{\n  "rows": 3\n}' });
});

it('finds each required input that has no example', () => {
  const parameters = [
    parameter('name', 'path', { required: true }),
    parameter('token', 'header', { required: true, schema: { example: 'x' } }),
    parameter('cursor', 'query', {}),
  ];
  expect(withoutExample(anOperation({ parameters, requestBody: json(rows) }))).toEqual(['name', 'body']);
});

it('does not pass over examples of a kind that it does not know', () => {
  const parameters = [parameter('name', 'path', { examples: { one: { value: 1 } } })];
  expect(() => anOperation({ parameters })).toThrow(/examples/);
});

it.each([
  ['holds', { status: 200, mediaType: 'application/json', text: '{"rows":3}' }, []],
  ['breaks its schema', { status: 200, mediaType: 'application/json', text: '{}' }, [/rows/]],
  ['is of another kind', { status: 200, mediaType: 'text/html', text: '' }, [/text\/html is not declared/]],
  ['has another status', { status: 500, mediaType: 'application/json', text: 'oh' }, [/500 is not declared: oh/]],
])('says of an answer that it %s', (_, answer, faults) => {
  const found = faultsOf(anOperation({}), answer);
  expect(found).toEqual(faults.map((fault) => expect.stringMatching(fault) as unknown));
});

it('takes no JSON that is declared without a schema', () => {
  const operation = anOperation({ responses: { 200: { content: { 'application/json': {} } } } });
  const answer = { status: 200, mediaType: 'application/json', text: '{}' };
  expect(faultsOf(operation, answer)).toEqual(['200 has no schema']);
});

it('expects the lowest success, and refuses a schema that says what nobody knows', () => {
  expect(successOf(anOperation({}))).toBe(200);
  expect(() => breaches({ type: 'string', nullable: 'sometimes' }, 'x')).toThrow();
});
