import { exchangeRequest, type ExchangeRequest } from '#exchange/exchange-request.js';
import { signJws } from '#exchange/jws.js';
import type { SigningKey } from '#exchange/keys.js';
import { namedValues } from '#exchange/named-values.js';
import { departmentOf } from '#exchange/names.js';
import { orRecordUnavailable, Problem } from '#exchange/problem.js';
import { RELEASE_TYPE, type DecisionClaims } from '#exchange/tokens.js';
import type { SubjectIndex } from '#platform/erasure/subject-index.repository.js';
import { parseBody } from '#platform/http/json-body.js';
import type { Resource } from '#policy/resource.js';
import { PrivacyError } from '#privacy/privacy-error.js';
import { checkObligations } from '../query/check-obligations.js';
import type { CursorSeal } from '../query/cursor-seal.js';
import { scopeQuery } from '../query/scope-query.js';
import type { ReadableResource, ScopedQuery, SourceRow } from '../source/source.js';
import type { PseudonymKeys } from './pseudonym-keys.js';
import type { ReleaseLog } from './release-log.js';
import { describeRelease } from './release-record.js';
import { releasedBytes } from './released-bytes.js';
import type { VerifiedDecision } from './verify-decision.js';

export type ServedResource = Resource & ReadableResource;

export interface ReleaseParts {
  readonly department: string;
  readonly key: SigningKey;
  readonly resources: ReadonlyMap<string, ServedResource>;
  readonly read: (query: ScopedQuery, signal: AbortSignal) => Promise<readonly SourceRow[]>;
  readonly seal: CursorSeal;
  readonly pseudonyms: PseudonymKeys;
  readonly subjects: Pick<SubjectIndex, 'handlesOf'>;
  readonly log: ReleaseLog;
  readonly now: () => Date;
}

export interface Asking {
  readonly decision: VerifiedDecision;
  /** The caller's own bytes. */
  readonly body: unknown;
  readonly traceparent: string;
  /** Aborts once nobody waits for the answer. */
  readonly signal: AbortSignal;
}

export interface Release {
  /** Canonical JSON of ReleasedData. */
  readonly data: Buffer;
  /** The adapter's compact JWS over it. */
  readonly release: string;
  readonly rows: number;
}

/** Answers a decision: once, within what it grants, and on record before the first byte leaves. */
export class ReleaseService {
  constructor(private readonly parts: ReleaseParts) {}

  async release({ decision, body, traceparent, signal }: Asking): Promise<Release> {
    const { department, key, seal, read, log, now } = this.parts;
    const { claims } = decision;
    const request = parseBody(body, exchangeRequest);
    const resource = this.resourceOf(claims.resource);
    checkObligations(resource, request, claims);
    const scoped = scopeQuery(resource, request, claims, seal);
    const { rows, next } = scoped.pageOf(await read(scoped.query, signal));
    const { select } = request;
    const data = this.bytesOf(rows, next, scoped.query, { resource, select, decision });
    const subjects = await this.subjectsOf(rows, scoped.query, { resource, request, claims });
    const described = describeRelease({
      ...{ department, decision, data, traceparent, subjects },
      fields: select,
      rows: rows.length,
      at: now(),
    });
    const release = signJws(described.claims, RELEASE_TYPE, key);
    await log.record(described.record);
    return { data, release, rows: rows.length };
  }

  /** Of whom the request named, and of whom the rows are about. */
  private subjectsOf(
    rows: readonly SourceRow[],
    { columns }: ScopedQuery,
    asked: { resource: ServedResource; request: ExchangeRequest; claims: DecisionClaims },
  ): Promise<readonly string[]> {
    const { consumer, purpose } = asked.claims;
    const places = (asked.resource.subjects ?? []).map((field) => columns.indexOf(field));
    const values = rows.flatMap((row) => places.map((place) => row[place] ?? null)).filter((value) => value !== null);
    const scope = { department: departmentOf(consumer), purpose };
    const named = namedValues(asked.request.where);
    return orRecordUnavailable(this.parts.subjects.handlesOf(scope, [...named, ...values]));
  }

  private resourceOf(id: string): ServedResource {
    const resource = this.parts.resources.get(id);
    if (resource === undefined) throw new Problem('RESOURCE_UNKNOWN');
    return resource;
  }

  private bytesOf(
    rows: readonly SourceRow[],
    next: string | undefined,
    { columns }: ScopedQuery,
    asked: { resource: ServedResource; select: readonly string[]; decision: VerifiedDecision },
  ): Buffer {
    const { claims } = asked.decision;
    const { resource, select } = asked;
    try {
      const context = { pseudonymKey: this.parts.pseudonyms.keyFor(claims) };
      return releasedBytes(rows, next, { resource, select, obligations: claims.obligations, columns }, context);
    } catch (error) {
      // Its message names types and never a value.
      if (error instanceof PrivacyError) throw new Problem('SOURCE_ANSWER_INVALID', undefined, {}, { cause: error });
      throw error;
    }
  }
}
