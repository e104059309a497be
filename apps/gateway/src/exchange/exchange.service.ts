import type { Logger } from 'pino';
import { v7 as uuidv7 } from 'uuid';
import { sha256 } from '#exchange/commitment.js';
import { exchangeRequest, type ExchangeRequest } from '#exchange/exchange-request.js';
import { namedValues } from '#exchange/named-values.js';
import { departmentOf } from '#exchange/names.js';
import { orRecordUnavailable, Problem, type ProblemCode } from '#exchange/problem.js';
import type { FailureBudget } from '#platform/failure-budget.js';
import type { SubjectIndex } from '#platform/erasure/subject-index.repository.js';
import { parseBody } from '#platform/http/json-body.js';
import { denyForQuota } from '#policy/quota.js';
import type { Vocabulary } from '../registry/registry-snapshot.js';
import type { RegistryService } from '../registry/registry.service.js';
import type { Quotas } from '../quota/quotas.js';
import type { AuthenticCaller } from '../signature/authentic-caller.js';
import { toAccessRecord, toFailureRecord, toReceiptStub, type AccessRecord, type Decided } from './access-record.js';
import type { AccessLog } from './access-log.js';
import type { Released } from './adapter-answer.js';
import type { AdapterClient } from './adapter.client.js';
import { signDecision, type Issuer } from './decision-token.js';
import { writeAnswer } from './exchange-answer.js';
import { RecentExchanges } from './recent-exchanges.js';
import type { StopSignal } from './stop-signal.js';
import { judge, toDenial, type Denial, type Permission } from './judge.js';

/** A request whose signature has been checked. */
export interface Asking {
  readonly caller: AuthenticCaller;
  readonly body: Buffer;
  readonly traceparent: string;
  /** Stopped once the caller has left. */
  readonly stop: StopSignal;
}

export interface ExchangeParts {
  readonly registry: RegistryService;
  readonly quotas: Quotas;
  readonly subjects: Pick<SubjectIndex, 'handlesOf'>;
  readonly log: AccessLog;
  readonly adapters: AdapterClient;
  readonly failures: FailureBudget;
  readonly issuer: Issuer;
  /** Within how many milliseconds the log promises to have an entry. */
  readonly mergeDelay: number;
  readonly now: () => Date;
  readonly logger: Logger;
}

interface Understood extends Asking {
  readonly at: Date;
  readonly request: ExchangeRequest;
  /** SHA-256 of the body in base64url. */
  readonly digest: string;
  /** Handles of what it names. */
  readonly subjects: readonly string[];
  /** Its exchange was met before, so it is likely a replay. */
  readonly isRepeated: boolean;
}

export class ExchangeService {
  private readonly recent = new RecentExchanges();

  constructor(private readonly parts: ExchangeParts) {}

  /**
   * The answer's bytes, once the access is on record. Throws a Problem for anything else: every denial, and every permit
   * that nothing came of, is on record when it does. Nothing of the data is given where that cannot be said.
   */
  async ask(asking: Asking): Promise<Buffer> {
    const registry = this.parts.registry.current();
    const request = parseBody(asking.body, exchangeRequest);
    const subjects = await this.subjectsOf(request, asking.caller.system, registry.vocabulary);
    const at = this.parts.now();
    const isRepeated = this.recent.meet(asking.caller.exchangeId, at.getTime());
    const understood = { ...asking, at, request, digest: sha256(asking.body), subjects, isRepeated };
    const verdict = judge(registry, { ...request, consumer: asking.caller.system }, at);
    return verdict.outcome === 'deny' ? this.refuse(understood, verdict) : this.permit(understood, verdict);
  }

  /** Under a purpose that the deployment knows: a caller's own words make no keys. */
  private subjectsOf({ where, purpose }: ExchangeRequest, system: string, { purposes }: Vocabulary) {
    const scope = { department: departmentOf(system), purpose: purposes.has(purpose) ? purpose : '' };
    return orRecordUnavailable(this.parts.subjects.handlesOf(scope, namedValues(where)));
  }

  private async permit(asking: Understood, permission: Permission): Promise<Buffer> {
    const charged = await orRecordUnavailable(this.parts.quotas.charge(permission.permit.quotas));
    if (charged.exhausted !== undefined) {
      return this.refuse(asking, toDenial(denyForQuota(permission.permit, charged.exhausted), permission.mentions));
    }
    const token = this.decisionFor(asking, permission);
    const decision = sha256(token);
    const { permit } = permission;
    const record = toAccessRecord({
      ...this.decidedAbout(asking),
      mentions: { ...permission.mentions, basis: permit.basis },
      agreements: permit.agreements,
      policy: permit.policy,
      decision,
      limit: Math.min(asking.request.limit, permit.obligations.maxRows),
    });
    // Both at once: the adapter works while the decision becomes durable. Only then is its answer looked at. What was met
    // before is recorded first, since it is likely a replay, for which no source is to work. Where it is none, the first
    // record failed.
    const recording = this.parts.log.record(record);
    const answering = asking.isRepeated ? undefined : this.askAdapter(asking, permission, token);
    const stored = await recording.catch((error: unknown) => {
      asking.stop.stop('it is not on record');
      charged.undo();
      this.parts.log.doubt(this.failureOf(record, asking, 'RECORD_UNAVAILABLE'));
      throw error;
    });
    if (stored === undefined) {
      asking.stop.stop('it is not on record');
      // What the department was asked counts, whatever comes of it.
      if (answering !== undefined) return this.refuseReplay(asking, permission, decision);
      charged.undo();
      return this.refuseReplay(asking, permission);
    }
    const answer = await (answering ?? this.askAdapter(asking, permission, token));
    if (asking.stop.because() === 'the caller left') return this.fail(stored, asking, 'CALLER_GONE', 'the caller left');
    if (!answer.ok) return this.fail(stored, asking, answer.code, answer.reason);
    return this.toAnswer(answer, stored);
  }

  private decisionFor({ caller, digest, request, at }: Understood, permission: Permission): string {
    const { resource, purpose } = request;
    return signDecision(this.parts.issuer, permission, {
      ...{ id: caller.exchangeId, consumer: caller.system, resource, purpose, request: digest, at },
    });
  }

  private askAdapter(asking: Understood, { provider }: Permission, token: string) {
    const { caller, digest, request, body, traceparent } = asking;
    const id = caller.exchangeId;
    const consumer = caller.system;
    return this.parts.adapters.release(
      { id, consumer, provider, decision: token, requestDigest: digest, request, body, traceparent },
      asking.stop,
    );
  }

  private async refuse(asking: Understood, denial: Denial): Promise<never> {
    const record = toAccessRecord({ ...this.decidedAbout(asking), ...denial });
    const stored = await this.parts.log.record(record);
    if (stored === undefined) return this.refuseReplay(asking, denial);
    const { detail, extra } = denial.explained;
    throw new Problem(denial.reason, detail, { ...extra, receipt: this.stubOf(stored) });
  }

  /**
   * On record like any denial, under an id of its own, since the request's is taken. `decision`: what the department was asked
   * by before it was known to be a replay; it may have released, so that this is on record however many replays there are.
   */
  private async refuseReplay(asking: Understood, { mentions }: Permission | Denial, decision?: string): Promise<never> {
    const { keyid, exchangeId: repeats } = asking.caller;
    const isTooMany = !this.parts.failures.spend(keyid, asking.at.getTime());
    if (isTooMany && decision === undefined) throw new Problem('TOO_MANY_FAILURES');
    const reason = 'REPLAYED';
    const about = { ...this.decidedAbout(asking), id: uuidv7(), mentions, agreements: [] };
    const record = toAccessRecord({ ...about, reason, repeats, decision });
    const stored = await this.parts.log.record(record);
    throw new Problem(reason, undefined, { repeats, receipt: this.stubOf(stored ?? record) });
  }

  private async fail(record: AccessRecord, asking: Understood, code: ProblemCode, reason: string): Promise<never> {
    const { resource } = asking.request;
    this.parts.logger.warn({ exchange: record.decided.id, resource, code, reason }, 'a permitted exchange failed');
    await this.parts.log.recordFailure(this.failureOf(record, asking, code)).catch((error: unknown) => {
      // That is what the caller is told now.
      this.parts.log.doubt(this.failureOf(record, asking, 'RECORD_UNAVAILABLE'));
      throw error;
    });
    throw new Problem(code, undefined, { receipt: this.stubOf(record) });
  }

  private failureOf(record: AccessRecord, { request }: Understood, code: ProblemCode) {
    return toFailureRecord(record, request.resource, code, this.parts.now());
  }

  private toAnswer(answer: Released, record: AccessRecord): Buffer {
    return writeAnswer(answer.data, answer.release, this.stubOf(record));
  }

  private stubOf(record: AccessRecord) {
    return toReceiptStub(record, this.parts.mergeDelay);
  }

  private decidedAbout({ caller, at, digest, request, subjects, traceparent }: Understood) {
    return {
      id: caller.exchangeId,
      at,
      consumer: caller.system,
      authenticated: true,
      detail: { request: digest, officer: request.officer, case: request.case },
      subjects,
      evidence: caller.evidence,
      traceparent,
    } satisfies Partial<Decided>;
  }
}
