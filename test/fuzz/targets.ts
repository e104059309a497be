import { exchangeTargets } from './exchange-targets.js';
import type { FuzzTarget } from './fuzz-target.js';
import { ledgerTargets } from './ledger-targets.js';
import { logTargets } from './log-targets.js';

export const targets: readonly FuzzTarget[] = [...logTargets, ...exchangeTargets, ...ledgerTargets];
