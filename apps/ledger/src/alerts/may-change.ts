import type { AlertState, AlertStatement } from '#exchange/alert.js';
import { Problem } from '#exchange/problem.js';
import type { Speaker } from './speakers.js';

/** What an alert must be before it becomes what is said: nobody resolves what nobody has explained. */
const before: Readonly<Record<AlertStatement['state'], AlertState>> = { explained: 'open', resolved: 'explained' };

export interface AlertToChange {
  readonly state: AlertState;
  readonly owner: string;
  /** The key that explained it: `key:<thumbprint>`. */
  readonly explainedBy: string | null;
}

/**
 * Throws where the speaker may not make of the alert what he says. OPERATOR_REQUIRED: it is for operators, or for the party
 * that owns it. CONFLICT: it is not in the state that this comes after. SECOND_KEY_REQUIRED: he has explained it himself,
 * and there is another operator to resolve it (`areSeveral`).
 */
export function requireMayChange(
  { state, owner, explainedBy }: AlertToChange,
  becomes: AlertStatement['state'],
  { kid, isOperator, parties }: Speaker,
  areSeveral: boolean,
): void {
  if (!isOperator && becomes === 'resolved') {
    throw new Problem('OPERATOR_REQUIRED', 'a party explains its own alerts, and an operator resolves them');
  }
  if (!isOperator && !parties.includes(owner)) {
    throw new Problem('OPERATOR_REQUIRED', `the alert is for ${owner} or an operator to explain`);
  }
  if (state !== before[becomes]) {
    throw new Problem('CONFLICT', `the alert is ${state}: only ${before[becomes]} ones can be ${becomes}`);
  }
  if (becomes === 'resolved' && areSeveral && explainedBy === `key:${kid}`) {
    throw new Problem('SECOND_KEY_REQUIRED', 'this key explained the alert: another operator resolves it');
  }
}
