import { OutboxTable1700000000000 } from '#platform/outbox/outbox-table.migration.js';
import { WriterChainTable1700000000200 } from '#platform/outbox/writer-chain.migration.js';
import { SignedRequestTables1700000000400 } from '#platform/replay/signed-request-tables.migration.js';
import { SequencedLog1700000000001 } from './0001-sequenced-log.js';
import { ShardsThatClose1700000000002 } from './0002-shards-that-close.js';
import { Reconciliation1700000000300 } from './0003-reconciliation.js';
import { OutagesAndNewSequences1700000000450 } from './0004-outages-and-new-sequences.js';
import { Notes1700000000500 } from './0005-notes.js';
import { CountOfOpenExchanges1700000000600 } from './0006-count-of-open-exchanges.js';
import { TotalsOfTheReconciler1700000000700 } from './0007-totals-of-the-reconciler.js';
import { OpenExchangesAsWritten1700000000800 } from './0008-open-exchanges-as-written.js';

/** In their order. */
export const migrations = [
  OutboxTable1700000000000,
  SequencedLog1700000000001,
  ShardsThatClose1700000000002,
  WriterChainTable1700000000200,
  Reconciliation1700000000300,
  SignedRequestTables1700000000400,
  OutagesAndNewSequences1700000000450,
  Notes1700000000500,
  CountOfOpenExchanges1700000000600,
  TotalsOfTheReconciler1700000000700,
  OpenExchangesAsWritten1700000000800,
];
