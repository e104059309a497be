import type { SluiceEvent } from '#events/contract.js';
import type { Erased, ErasureAnswer, ErasureRequest } from '#exchange/erasure.js';
import { orRecordUnavailable } from '#exchange/problem.js';
import type { ErasureRepository } from './erasure.repository.js';
import type { SubjectIndex } from './subject-index.repository.js';

export interface ErasureParts {
  readonly subjects: Pick<SubjectIndex, 'everyHandleOf'>;
  readonly records: ErasureRepository;
  readonly toEvent: (exchange: string, erased: Erased, traceparent: string) => SluiceEvent;
  /** Told of events once they are stored: see Outbox. */
  readonly committed: (events: readonly SluiceEvent[]) => void;
  readonly now: () => Date;
}

export interface ErasedBy {
  /** The operator's key: `key:<thumbprint>`. */
  readonly key: string;
  readonly traceparent: string;
}

/** Destroys what opens commitments, so that nothing that stays can be tried with ids. Every proof stays valid. */
export class ErasureService {
  constructor(private readonly parts: ErasureParts) {}

  /**
   * Durable when it resolves, and safe to repeat: what was destroyed before is passed over. What is recorded while it
   * runs may be missed; the next run finds it. Throws RECORD_UNAVAILABLE where it cannot be done, and then nothing is.
   */
  erase(request: ErasureRequest, by: ErasedBy): Promise<ErasureAnswer> {
    return orRecordUnavailable(this.eraseFound(request, by));
  }

  private async eraseFound(request: ErasureRequest, by: ErasedBy): Promise<ErasureAnswer> {
    const found = await this.find(request);
    const { dryRun } = request;
    const exchanges = dryRun ? found : await this.destroy(found, request, by);
    return { details: exchanges.length, exchanges: [...exchanges], dryRun };
  }

  private async find({ subject, exchanges }: ErasureRequest): Promise<readonly string[]> {
    const { subjects, records } = this.parts;
    const handles = subject === undefined ? [] : await subjects.everyHandleOf(subject);
    const found = await records.findBySubject(handles);
    const named = exchanges.length === 0 ? [] : await records.present(exchanges);
    return [...new Set([...found, ...named])].sort();
  }

  private async destroy(
    found: readonly string[],
    { ground }: ErasureRequest,
    by: ErasedBy,
  ): Promise<readonly string[]> {
    const erased: Erased = { at: this.parts.now().toISOString(), by: by.key, ground };
    const records = await this.parts.records.erase(found, (exchange) => ({
      ...erased,
      event: this.parts.toEvent(exchange, erased, by.traceparent),
    }));
    const events = records.map(({ event }) => event);
    this.parts.committed(events);
    return events.map(({ id }) => id);
  }
}
