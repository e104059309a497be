import type { KeyObject } from 'node:crypto';
import { departmentOf } from '#exchange/names.js';
import type { DecisionClaims } from '#exchange/tokens.js';
import { pseudonymKey } from '#privacy/pseudonym.js';

/** Consumers and purposes whose keys are kept at hand. */
const KEPT = 1000;

/** The keys of pseudonyms: one a receiving department and purpose, made when it is first needed. */
export class PseudonymKeys {
  private readonly keys = new Map<string, KeyObject>();

  /** `secret`: 32 bytes or more. */
  constructor(
    private readonly secret: Uint8Array,
    private readonly epoch: string,
  ) {}

  keyFor({ consumer, purpose }: Pick<DecisionClaims, 'consumer' | 'purpose'>): KeyObject {
    const department = departmentOf(consumer);
    const name = `${department} ${purpose}`;
    const known = this.keys.get(name);
    if (known !== undefined) return known;
    if (this.keys.size >= KEPT) this.keys.clear();
    const key = pseudonymKey(this.secret, { department, purpose, epoch: this.epoch });
    this.keys.set(name, key);
    return key;
  }
}
