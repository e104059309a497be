import type { Title } from '#exchange/names.js';

/** One thing that was looked at: a name for scripts, and a plain sentence of what it shows, or why it does not. */
export interface Check {
  readonly name: CheckName;
  readonly ok: boolean;
  readonly sentence: Title;
}

export const checkNames = [
  'decision-in-log',
  'decision-witnessed',
  'decision-entry',
  'promise',
  'decision-details',
  'request',
  'release-in-log',
  'release-witnessed',
  'release-entry',
  'release-pairs',
  'release-signed',
  'release-content',
  'data',
  'failure-in-log',
  'failure-witnessed',
  'failure-entry',
  'failure-pairs',
  'erasure-in-log',
  'erasure-witnessed',
  'erasure-entry',
  'erasure-details',
  'change-in-log',
  'change-witnessed',
  'change-entry',
  'note',
] as const;
export type CheckName = (typeof checkNames)[number];

export function pass(name: CheckName, en: string, zh: string): Check {
  return { name, ok: true, sentence: { en, zh } };
}

export function fail(name: CheckName, en: string, zh: string): Check {
  return { name, ok: false, sentence: { en, zh } };
}

/** What went wrong, for a sentence. Errors of the libraries are in English. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
