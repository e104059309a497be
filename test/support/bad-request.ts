import { problemDetails, problems } from '#exchange/problem.js';
import { mutate } from '../fuzz/mutate.js';
import type { Random } from '../fuzz/random.js';
import { sendRaw, type RawAnswer, type RawRequest } from './raw-request.js';

type Headers = NonNullable<RawRequest['headers']>;

/** A request that the service takes, of an operation that it documents. */
export interface ValidRequest {
  readonly target: string;
  /** 200 if left out. */
  readonly status?: number;
  /** JSON. */
  readonly body?: string;
  /** What shows who sends just this. Good once. */
  readonly sign?: (request: {
    readonly method: string;
    readonly target: string;
    readonly body: Buffer | undefined;
  }) => Headers;
}

/** Of every operation that a service documents, by its name there (`GET /v1/entries`), and of those that it does not. */
export type ValidRequests = Readonly<Record<string, () => readonly ValidRequest[]>>;

const methodOf = (operation: string): string => operation.split(' ', 1)[0] ?? '';

/** More than a service takes of a request's head: it hangs up, and the answer may be lost on the way. */
const TOO_LONG = 8000;

/** What only who reads the code, the disk or the database would know. */
const INSIDE =
  /\b(SELECT|INSERT|UPDATE|DELETE|FROM|WHERE)\b|relation "|violates|syntax error|duplicate key|node_modules|\/home\/|\/tmp\/|\.[jt]s:\d/;

/**
 * One that is valid, changed: mostly by its sender, so that it is signed as it is; otherwise on the way, in what was signed
 * or in what shows who signed it.
 */
export function badRequestOf(valid: ValidRequests, random: Random): RawRequest {
  const [name, requests] = random.pick(Object.entries(valid));
  const request = random.pick(requests());
  const method = methodOf(name);
  const changed = { ...request, ...changedContent(request, random) };
  if (random.below(4) > 0) return rawOf(method, changed);
  const { headers = {} } = rawOf(method, request);
  const isForged = random.below(2) === 0;
  return isForged ? rawOf(method, request, changedHeader(headers, random)) : rawOf(method, changed, headers);
}

/** In its target, or, of those that have one, more often in its body. */
function changedContent({ target, body }: ValidRequest, random: Random): Pick<RawRequest, 'target' | 'body'> {
  if (body !== undefined && random.below(4) > 0) return { target, body: mutate(Buffer.from(body), random) };
  return { target: onOneLine(mutate(Buffer.from(target), random)) };
}

/** Missing, twice, or with another value. */
function changedHeader(headers: Headers, random: Random): Headers {
  const names = Object.keys(headers);
  if (names.length === 0) return headers;
  const name = random.pick(names);
  const value = String(headers[name]);
  const changed = [[], [value, value], [onOneLine(mutate(Buffer.from(value), random)).toString('latin1')]];
  return { ...headers, [name]: random.pick(changed) };
}

function rawOf(
  method: string,
  { target, body, sign }: Pick<ValidRequest, 'sign'> & Pick<RawRequest, 'target'> & { readonly body?: string | Buffer },
  headers?: Headers,
): RawRequest {
  const bytes = body === undefined ? undefined : Buffer.from(body);
  const signed = headers ?? sign?.({ method, target: target.toString('latin1'), body: bytes }) ?? {};
  return { method, target, headers: signed, ...(bytes === undefined ? {} : { body: bytes }) };
}

function onOneLine(bytes: Buffer): Buffer {
  return Buffer.from(bytes.toString('latin1').replaceAll(/[\r\n]/g, ''), 'latin1');
}

/** The valid requests that the service does not answer as it should. */
export async function notTaken(url: string, valid: ValidRequests): Promise<readonly unknown[]> {
  const wrong: unknown[] = [];
  for (const [name, requests] of Object.entries(valid)) {
    for (const request of requests()) {
      const answer = await sendRaw(url, rawOf(methodOf(name), request));
      if (answer.status !== (request.status ?? 200)) wrong.push({ name, target: request.target, ...answer });
    }
  }
  return wrong;
}

/** What is wrong with how a request was answered that may be good by chance; undefined where nothing is. */
export function faultOf(request: RawRequest, { status, body }: RawAnswer): string | undefined {
  if (status === 0) return headLength(request) > TOO_LONG ? undefined : 'no answer';
  if (status >= 500) return `${status} ${body}`;
  if (status < 400) return undefined;
  if (INSIDE.test(body)) return `${status} tells of the inside: ${body}`;
  const problem = problemDetails.safeParse(jsonIn(body));
  if (!problem.success) return `${status} is no problem: ${body}`;
  return problems[problem.data.code].status === status ? undefined : `${status} as ${problem.data.code}`;
}

/** Whether it came in chunks or not. */
function jsonIn(body: string): unknown {
  const text = body.slice(body.indexOf('{'), body.lastIndexOf('}') + 1);
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function headLength({ target, headers = {} }: RawRequest): number {
  return target.length + Object.values(headers).join('').length;
}

/** For who has to find out why. */
export function tell({ method, target, headers, body }: RawRequest): string {
  return JSON.stringify({ method, target: String(target), headers, body: body && String(body) }).slice(0, 2000);
}
