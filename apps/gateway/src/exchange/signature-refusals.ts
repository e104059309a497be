import type { Logger } from 'pino';
import { v7 as uuidv7 } from 'uuid';
import { sha256 } from '#exchange/commitment.js';
import { exchangeRequest, type Scalar } from '#exchange/exchange-request.js';
import { namedValues } from '#exchange/named-values.js';
import { departmentOf } from '#exchange/names.js';
import { orRecordUnavailable, Problem } from '#exchange/problem.js';
import type { SubjectIndex } from '#platform/erasure/subject-index.repository.js';
import type { FailureBudget } from '#platform/failure-budget.js';
import { childTraceparent } from '#platform/trace.js';
import type { RegistryService } from '../registry/registry.service.js';
import { readEvidence, type IncomingRequest } from '../signature/incoming-request.js';
import type { RefusedRequest } from '../signature/refused-request.js';
import type { RefusalRecorder } from '../signature/signature.guard.js';
import type { AccessLog } from './access-log.js';
import { toAccessRecord } from './access-record.js';
import type { ExchangeMetrics } from './exchange-metrics.js';
import { NO_MENTIONS } from './judge.js';

export interface RefusalParts {
  readonly registry: RegistryService;
  readonly log: AccessLog;
  readonly subjects: Pick<SubjectIndex, 'handlesOf'>;
  readonly failures: FailureBudget;
  readonly metrics: ExchangeMetrics;
  readonly now: () => Date;
  readonly logger: Logger;
}

const EXCHANGE = '/v1/exchange';

/**
 * Puts on record that somebody tried to ask in the name of a registered key, as often as the key's budget allows. What
 * names no registered key, or asks for no data, is counted and logged only: anybody can send that without end.
 */
export class SignatureRefusals implements RefusalRecorder {
  constructor(private readonly parts: RefusalParts) {}

  async refused(refusal: RefusedRequest, request: IncomingRequest): Promise<void> {
    const { metrics, logger, registry, failures, now } = this.parts;
    const keyid = refusal.claimedKeyid;
    const key = keyid === undefined ? undefined : registry.find(keyid);
    metrics.refusedSignature(refusal.code, key !== undefined);
    logger.info({ code: refusal.code, key: key === undefined ? 'unknown' : keyid }, 'refused a signature');
    if (keyid === undefined || key === undefined) return;
    if (!failures.spend(keyid, now().getTime())) throw new Problem('TOO_MANY_FAILURES');
    if (request.route === EXCHANGE) await this.record(refusal, request, key.system);
  }

  /** Nothing of the body is believed, so nothing of it is said: the commitment holds its digest alone. */
  private async record(refusal: RefusedRequest, request: IncomingRequest, claimed: string): Promise<void> {
    const read = readEvidence(request.rawHeaders);
    if (!read.ok) return;
    const record = toAccessRecord({
      id: uuidv7(),
      at: this.parts.now(),
      consumer: claimed,
      authenticated: false,
      reason: refusal.code,
      mentions: NO_MENTIONS,
      agreements: [],
      detail: { request: sha256(request.body), officer: '', case: '' },
      subjects: await this.subjectsOf(request.body, claimed),
      evidence: read.evidence,
      traceparent: childTraceparent(parentOf(request)),
    });
    await this.parts.log.record(record);
  }

  /** The digest of the body can be tried with ids, whoever sent it: so this too must be found when one is erased. */
  private subjectsOf(body: Uint8Array, claimed: string): Promise<readonly string[]> {
    const scope = { department: departmentOf(claimed), purpose: '' };
    return orRecordUnavailable(this.parts.subjects.handlesOf(scope, valuesIn(body)));
  }
}

/** What a body names that may be an exchange's. */
function valuesIn(body: Uint8Array): readonly Scalar[] {
  try {
    const result = exchangeRequest.safeParse(JSON.parse(Buffer.from(body).toString('utf8')));
    return result.success ? namedValues(result.data.where) : [];
  } catch {
    return [];
  }
}

/** Not signed, and believed no more than in an exchange that is: it only tells which trace the entry belongs to. */
function parentOf({ rawHeaders }: IncomingRequest): string | undefined {
  const at = rawHeaders.findIndex((name, place) => place % 2 === 0 && name.toLowerCase() === 'traceparent');
  return at < 0 ? undefined : rawHeaders[at + 1];
}
