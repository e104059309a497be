import { isUtf8 } from 'node:buffer';
import { z } from 'zod';
import { sha256 } from '#exchange/commitment.js';
import type { ExchangeRequest } from '#exchange/exchange-request.js';
import { JwsError, verifyJws } from '#exchange/jws.js';
import { problemCode, type ProblemCode } from '#exchange/problem.js';
import { RELEASE_TYPE, releaseClaims } from '#exchange/tokens.js';
import type { Provider } from './judge.js';

/** What came back over HTTP, nothing of it believed yet. */
export interface RawAnswer {
  readonly status: number;
  readonly contentType: string | undefined;
  /** The `Sluice-Release` header. */
  readonly release: string | undefined;
  readonly body: Buffer;
}

/** What the answer must be an answer to. */
export interface Asked {
  readonly id: string;
  readonly consumer: string;
  readonly provider: Provider;
  /** The decision's JWS. */
  readonly decision: string;
  /** SHA-256 of the caller's body in base64url. */
  readonly requestDigest: string;
  readonly request: Pick<ExchangeRequest, 'select' | 'limit'>;
}

export interface Released {
  readonly ok: true;
  /** The adapter's own bytes. */
  readonly data: Buffer;
  readonly release: string;
}
/** `reason` is for the log of this service: the caller and the evidence get the code alone. */
export interface NotReleased {
  readonly ok: false;
  readonly code: ProblemCode;
  readonly reason: string;
}

/** What callers may know of an adapter's problem. Anything else is the business of those who run it. */
const passedOn: ReadonlyMap<ProblemCode, ProblemCode> = new Map([
  ['SOURCE_UNAVAILABLE', 'SOURCE_UNAVAILABLE'],
  ['SOURCE_TIMEOUT', 'SOURCE_TIMEOUT'],
  ['SOURCE_ANSWER_INVALID', 'SOURCE_ANSWER_INVALID'],
  ['CURSOR_INVALID', 'CURSOR_INVALID'],
  ['FIELD_UNKNOWN', 'FIELD_UNKNOWN'],
  ['FILTER_INVALID', 'FILTER_INVALID'],
  ['RECORD_UNAVAILABLE', 'RECORD_UNAVAILABLE'],
  ['SHUTTING_DOWN', 'ADAPTER_UNAVAILABLE'],
  ['SERVICE_BUSY', 'ADAPTER_UNAVAILABLE'],
  ['DECISION_USED', 'REPLAYED'],
]);

const problem = z.looseObject({ code: problemCode });

/**
 * Whether this is the adapter's signed answer to this very question, over these very bytes. What they say is the caller's
 * business: they may be sealed. But they go into the answer as they are, so they must be one JSON value: any that end
 * early would speak in the gateway's place.
 */
export function checkAnswer(answer: RawAnswer, asked: Asked): Released | NotReleased {
  if (answer.status !== 200) return refusalOf(answer);
  if (answer.contentType?.split(';', 1)[0]?.trim().toLowerCase() !== 'application/json') {
    return invalid('the content type is not application/json');
  }
  if (answer.release === undefined) return invalid('the answer is not signed');
  const claims = readClaims(answer.release, asked);
  if (typeof claims === 'string') return invalid(claims);
  const expected: Partial<typeof claims> = {
    iss: asked.provider.id,
    aud: asked.consumer,
    jti: asked.id,
    decision: sha256(asked.decision),
    request: asked.requestDigest,
    data: sha256(answer.body),
  };
  for (const [name, value] of Object.entries(expected)) {
    if (claims[name as keyof typeof expected] !== value) return invalid(`the release is for another ${name}`);
  }
  const unasked = claims.fields.filter((field) => !asked.request.select.includes(field));
  if (unasked.length > 0) return invalid(`fields were released that were not asked for: ${unasked.join(', ')}`);
  if (claims.rows > asked.request.limit) return invalid('more rows were released than were asked for');
  if (!isJson(answer.body)) return invalid('the data are not JSON');
  return { ok: true, data: answer.body, release: answer.release };
}

/** All that JSON is made of is ASCII, so Latin-1, which is read much faster, tells as well whether it is. */
function isJson(bytes: Buffer): boolean {
  try {
    JSON.parse(bytes.toString('latin1'));
    return isUtf8(bytes);
  } catch {
    return false;
  }
}

function readClaims(release: string, { provider }: Asked): z.infer<typeof releaseClaims> | string {
  try {
    const result = releaseClaims.safeParse(verifyJws(release, RELEASE_TYPE, provider.keys).payload);
    return result.success ? result.data : `the release is malformed: ${z.prettifyError(result.error)}`;
  } catch (error) {
    if (error instanceof JwsError) return `the release does not verify: ${error.message}`;
    throw error;
  }
}

function refusalOf({ status, body }: RawAnswer): NotReleased {
  const code = codeOf(body);
  const reason = `it answered ${status} ${code ?? ''}`.trimEnd();
  const passed = code === undefined ? undefined : passedOn.get(code);
  if (passed !== undefined) return { ok: false, code: passed, reason };
  if (code === undefined && (status === 502 || status === 503))
    return { ok: false, code: 'ADAPTER_UNAVAILABLE', reason };
  return invalid(reason);
}

function codeOf(body: Buffer): ProblemCode | undefined {
  try {
    return problem.parse(JSON.parse(body.toString('utf8'))).code;
  } catch {
    return undefined;
  }
}

function invalid(reason: string): NotReleased {
  return { ok: false, code: 'ADAPTER_ANSWER_INVALID', reason };
}
