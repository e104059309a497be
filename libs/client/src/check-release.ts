import type { KeyObject } from 'node:crypto';
import { canonicalJson, sha256 } from '#exchange/commitment.js';
import type { ReleasedData } from '#exchange/answer.js';
import { JwsError, verifyJws } from '#exchange/jws.js';
import { departmentOf } from '#exchange/names.js';
import { RELEASE_TYPE, releaseClaims, type ReleaseClaims } from '#exchange/tokens.js';
import { ClientError } from './client-error.js';

/** What the department says that it released. Throws RELEASE_INVALID where none of its keys has signed that. */
export function openRelease(token: string, keys: ReadonlyMap<string, KeyObject> | undefined): ReleaseClaims {
  if (keys === undefined) throw new ClientError('RELEASE_INVALID', 'no key of the department is trusted');
  try {
    return releaseClaims.parse(verifyJws(token, RELEASE_TYPE, keys).payload);
  } catch (cause) {
    const reason = cause instanceof JwsError ? cause.message : 'its content is not what a release says';
    throw new ClientError('RELEASE_INVALID', reason, { cause });
  }
}

export interface Question {
  /** The request's body as it was sent. */
  readonly request: string;
  readonly resource: string;
}

/** The exchange's id is the receipt's. Throws RELEASE_INVALID where the release is for another question or other data. */
export function checkRelease(claims: ReleaseClaims, question: Question, data: ReleasedData, id: string): void {
  const wrong = [
    [claims.iss !== departmentOf(question.resource), 'the release is of another department'],
    [claims.jti !== id, 'the release is of another exchange'],
    [claims.request !== sha256(question.request), 'the release answers another request'],
    [claims.data !== sha256(canonicalJson(data)), 'the data are not those that the department signed'],
  ] as const;
  const first = wrong.find(([isWrong]) => isWrong);
  if (first !== undefined) throw new ClientError('RELEASE_INVALID', first[1]);
}
