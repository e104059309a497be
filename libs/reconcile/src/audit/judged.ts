import type { Finding } from '../findings.js';

/** What an audit says of records once it has seen them all. */
export interface Judged {
  readonly findings: readonly Finding[];
  /** How much is too recent to be judged, since what is missing may still come: exchanges, and places of sequences. */
  readonly pending: number;
  /** What does not agree, or may not, and was not looked at, since there was too much of it. */
  readonly left: number;
}
