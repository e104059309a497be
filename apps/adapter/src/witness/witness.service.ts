import { createHash } from 'node:crypto';
import type { Logger } from 'pino';
import { cosign } from '#merkle/cosignature.js';
import { MerkleError } from '#merkle/merkle-error.js';
import { nodeTreeHash, nodeVerify } from '#merkle/node-cryptography.js';
import { formatNote, formatSignatures, parseNote, type NoteSignature } from '#merkle/signed-note.js';
import { isFork, refuseCheckpoint, refuseRequest, type WitnessRefusal } from '#merkle/witness-decision.js';
import { parseWitnessRequest, type ReadWitnessRequest } from '#merkle/witness-request.js';
import type { WitnessMetrics } from './witness-metrics.js';
import type { WitnessedCheckpoint, WitnessRepository } from './witness.repository.js';
import type { SeenCheckpoint, WitnessSettings } from './witness-settings.js';

/** `signatures`: our lines of the note. */
export type WitnessAnswer = { readonly status: 200; readonly signatures: string } | WitnessRefusal;

export interface WitnessParts {
  readonly settings: WitnessSettings;
  readonly records: WitnessRepository;
  readonly metrics: WitnessMetrics;
  readonly logger: Logger;
  readonly now: () => Date;
}

/** Cosigns the checkpoints of the logs that it knows, by c2sp.org/tlog-witness, each only as the continuation of the last. */
export class WitnessService {
  private readonly origins: ReadonlyMap<string, string>;

  constructor(private readonly parts: WitnessParts) {
    const known = [...parts.settings.logs.keys()];
    this.origins = new Map(known.map((origin) => [createHash('sha256').update(origin).digest('hex'), origin]));
  }

  /**
   * Puts on record what the settings say was seen, where the record is behind it. To be awaited before the first request:
   * until then a witness on an old database would cosign another continuation of what it remembers.
   */
  async begin(): Promise<void> {
    for (const seen of this.parts.settings.seen) await this.beginAt(seen);
  }

  now(): Date {
    return this.parts.now();
  }

  /** `body`: that of a request to add-checkpoint. What is cosigned is on record, and durable, when it resolves. */
  async add(body: Uint8Array): Promise<WitnessAnswer> {
    const answer = await this.answer(body);
    this.parts.metrics.answered(answer.status);
    return answer;
  }

  /** What was cosigned last of the log whose origin has this SHA-256 in hexadecimal; with its signatures and ours. */
  async last(originHash: string): Promise<string | undefined> {
    const origin = this.origins.get(originHash);
    return origin === undefined ? undefined : (await this.parts.records.last(origin))?.note;
  }

  private async beginAt(seen: SeenCheckpoint): Promise<void> {
    const { records, logger } = this.parts;
    const { origin, size } = seen;
    const last = await records.last(origin);
    if (last !== undefined && isFork(last, seen)) await this.raiseAlarm(origin, seen, last);
    if (size <= (last?.size ?? 0)) return;
    // Another process of this adapter may have put something there meanwhile.
    if (!(await records.advance(origin, last, seen, this.now()))) return this.beginAt(seen);
    logger.warn(
      { origin, from: last?.size ?? 0, size },
      'the record of the witness was behind what was seen of the log',
    );
  }

  private async answer(body: Uint8Array): Promise<WitnessAnswer> {
    const request = read(body);
    if (request === undefined) return { status: 400, isSigned: false, reason: 'that is no request' };
    const { settings, records } = this.parts;
    const refusal = refuseRequest(request, settings.logs, nodeVerify);
    if (refusal !== undefined) return refusal;
    const { checkpoint, note } = request;
    const { origin } = checkpoint;
    const seen = await records.last(origin);
    if (seen !== undefined && isFork(seen, checkpoint)) await this.raiseAlarm(origin, { ...checkpoint, note }, seen);
    return refuseCheckpoint(request, seen, nodeTreeHash) ?? this.cosign(request, seen);
  }

  private async cosign(request: ReadWitnessRequest, seen: WitnessedCheckpoint | undefined): Promise<WitnessAnswer> {
    const { records, settings } = this.parts;
    const now = this.now();
    const { text, signatures } = parseNote(request.note);
    const ours = this.signatures(text, now);
    const { origin, size, root } = request.checkpoint;
    // It is on record already: whoever shows it again and again makes us write nothing.
    if (size === seen?.size) return { status: 200, signatures: formatSignatures(ours) };
    const keys = settings.logs.get(origin) ?? [];
    const theirs = signatures.filter(({ name, keyId }) => keys.some((key) => key.name === name && key.keyId === keyId));
    const note = formatNote({ text, signatures: [...theirs, ...ours] });
    if (await records.advance(origin, seen, { size, root, note }, now)) {
      this.parts.metrics.cosigned(origin, size);
      return { status: 200, signatures: formatSignatures(ours) };
    }
    const newer = await records.last(origin);
    const shown = { ...request.checkpoint, note: request.note };
    if (newer !== undefined && isFork(newer, shown)) await this.raiseAlarm(origin, shown, newer);
    const reason = 'another checkpoint was cosigned meanwhile';
    return { status: 409, isSigned: true, reason, size: newer?.size ?? 0 };
  }

  /** Throws where no key is valid now: an operator let the last one run out. */
  private signatures(text: string, now: Date): NoteSignature[] {
    const at = now.getTime();
    const valid = this.parts.settings.signers.filter(({ from, until }) => from <= at && at < until);
    if (valid.length === 0) throw new Error('no key of the witness is valid now');
    return valid.map(({ signer }) => cosign(text, Math.floor(at / 1000), signer));
  }

  /** Both notes are kept: together they show everybody that the log has two histories. */
  private async raiseAlarm(origin: string, shown: WitnessedCheckpoint, seen: WitnessedCheckpoint): Promise<void> {
    const { records, metrics, logger } = this.parts;
    if (!(await records.keepFork(origin, seen.note, shown, this.now()))) return;
    metrics.forked(origin);
    logger.error(
      { origin, size: shown.size },
      'the log signed two heads of one size: both notes are kept in witnessed_fork',
    );
  }
}

function read(body: Uint8Array): ReadWitnessRequest | undefined {
  try {
    return parseWitnessRequest(body);
  } catch (error) {
    if (error instanceof MerkleError) return undefined;
    throw error;
  }
}
