import 'reflect-metadata';
import { ConfigError } from '#platform/config/config-error.js';
import { readEnvironment } from '#platform/config/read-environment.js';
import { readSigningKey } from '#platform/config/read-keys.js';
import { openDatabase } from '#platform/database/open-database.js';
import { ledgerConfig } from './ledger-config.js';
import { LedgerError } from './ledger-error.js';
import { migrations } from './migrations/migrations.js';
import { closeShard, planClosing } from './shards/close-shard.js';
import { familyOf } from './shards/shard.js';
import { ShardRecordRepository } from './shards/shard-record.repository.js';

const USAGE = 'usage: close-shard NUMBER [--dry-run], in the environment of the ledger';

/** Closes one shard in the database of the ledger whose environment this is. */
async function main(args: readonly string[]): Promise<void> {
  const isDry = args.includes('--dry-run');
  const [number = '', ...others] = args.filter((one) => one !== '--dry-run');
  if (!/^(0|[1-9]\d{0,4})$/.test(number) || others.length > 0) throw new ConfigError('SCHEMA', USAGE);
  const config = readEnvironment(ledgerConfig, process.env);
  const family = familyOf(config.origin, readSigningKey(config.keyFile, 'LEDGER_KEY_FILE', 'EdDSA').key);
  const database = await openDatabase({ ...config.database, poolSize: 1, name: 'close-shard', migrations });
  try {
    const records = new ShardRecordRepository(database);
    const { closed, successor } = await (isDry ? planClosing : closeShard)(Number(number), family, records);
    console.log(
      `${closed.origin} ${isDry ? 'would be' : 'is'} closed. ${successor.origin} follows:\n${successor.vkey}`,
    );
  } finally {
    await database.destroy();
  }
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof LedgerError || error instanceof ConfigError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
