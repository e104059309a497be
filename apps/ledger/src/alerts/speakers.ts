import type { KeyObject } from 'node:crypto';
import type { SourceKeys } from '#events/source-check.js';
import { partyOf } from '#reconcile/finding.js';

/** Whose key it is that says something of an alert. */
export interface Speaker {
  readonly kid: string;
  readonly isOperator: boolean;
  /** Whose records are taken by this key: it may explain what these have to explain. */
  readonly parties: readonly string[];
}

/** Who may say something of alerts: operators; and a party of its own alerts, by a key that its events are taken by. */
export class Speakers {
  /** `sources` is asked each time anew: a key that was taken off the list says nothing from then on. */
  constructor(
    private readonly operators: ReadonlyMap<string, KeyObject>,
    private readonly sources: () => SourceKeys,
  ) {}

  /** Of everybody, by thumbprint. */
  get keys(): ReadonlyMap<string, KeyObject> {
    const ofParties = [...this.sources().values()].flatMap((keys) => [...keys]);
    return new Map([...ofParties, ...this.operators]);
  }

  /** Whether there is an operator besides any one of them. */
  get areSeveral(): boolean {
    return this.operators.size > 1;
  }

  speakerOf(kid: string): Speaker {
    const sources = [...this.sources()].filter(([, keys]) => keys.has(kid));
    return {
      ...{ kid, isOperator: this.operators.has(kid) },
      parties: sources.map(([source]) => partyOf(source)),
    };
  }
}
