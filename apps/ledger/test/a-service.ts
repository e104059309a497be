import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { EventPublisher } from '#events/transport.js';
import { generateSigningKey, publicJwk, type SigningKey } from '#exchange/keys.js';
import { createPublisher } from '#platform/transport/transport.js';
import { createLogger } from '#platform/logger.js';
import { ledgerConfig, type LedgerConfig } from '../src/ledger-config.js';
import { openLedger } from '../src/open-ledger.js';
import { LEDGER_KEY, aFolder } from './a-log.js';
import { SOURCES, SOURCE_KEY } from './entries.js';
import { ledgerDatabase } from './ledger-database.js';

export interface LogLine {
  readonly msg: string;
  readonly level: number;
  readonly traces?: readonly string[];
}

/** A ledger on a real port, with the embedded transport, in this process. */
export interface RunningLedger extends AsyncDisposable {
  readonly url: string;
  /** Signs as the gateway does. */
  readonly events: EventPublisher;
  readonly config: LedgerConfig;
  readonly tiles: string;
  /** What it wrote to its log. */
  readonly lines: readonly LogLine[];
  readonly finals: readonly Error[];
  /** Stops it as a signal does, and starts another over the same database and folder. */
  restart(): Promise<void>;
}

export const FAMILY_ORIGIN = 'ledger.test/log';
/** Of those who may explain and resolve alerts. */
export const OPERATOR_KEY = generateSigningKey();

/** What two departments sign their events with. */
export const PARTY_KEYS = { population: generateSigningKey(), transport: generateSigningKey() };

/** With `variables` of the environment besides those that it needs, and operators besides the one. */
export async function runningLedger(
  variables: Readonly<Record<string, string>> = {},
  otherOperators: readonly SigningKey[] = [],
): Promise<RunningLedger> {
  const [ledger, folder] = await Promise.all([ledgerDatabase(), aFolder()]);
  const keyFile = join(folder.path, 'ledger.pem');
  await writeFile(keyFile, LEDGER_KEY.export({ type: 'pkcs8', format: 'pem' }));
  const sourcesFile = join(folder.path, 'sources.json');
  const parties = Object.entries(PARTY_KEYS).map(([id, { key }]) => ({
    source: `adapter/${id}`,
    keys: [publicJwk(key)],
  }));
  await writeFile(sourcesFile, JSON.stringify({ sources: [...SOURCES.sources, ...parties] }));
  const operatorsFile = join(folder.path, 'operators.json');
  const operators = [OPERATOR_KEY, ...otherOperators].map(({ key }) => publicJwk(key));
  await writeFile(operatorsFile, JSON.stringify({ keys: operators }));
  const tiles = join(folder.path, 'tiles');
  const config = ledgerConfig.parse({
    DATABASE_URL: ledger.url,
    EVENTS_URL: ledger.url,
    PORT: '0',
    LEDGER_ORIGIN: FAMILY_ORIGIN,
    LEDGER_KEY_FILE: keyFile,
    SOURCES_FILE: sourcesFile,
    OPERATOR_KEYS_FILE: operatorsFile,
    ...variables,
    TILES: `file:${tiles}`,
    POOL_SIZE: '4',
  });
  const lines: LogLine[] = [];
  const finals: Error[] = [];
  const logger = createLogger(
    { name: 'ledger', level: 'info' },
    { write: (line: string) => lines.push(JSON.parse(line) as LogLine) },
  );
  const start = async () => {
    const app = await openLedger(config, logger, { onFinal: (error) => finals.push(error) });
    try {
      await app.startAllMicroservices();
      await app.listen(0, '127.0.0.1');
      return { app, url: await app.getUrl() };
    } catch (error) {
      await app.close();
      throw error;
    }
  };
  let running = await start();
  const events = await createPublisher(config.transport, SOURCE_KEY);
  return {
    get url() {
      return running.url;
    },
    ...{ events, config, tiles, lines, finals },
    async restart() {
      await running.app.close();
      running = await start();
    },
    async [Symbol.asyncDispose]() {
      await events.close();
      await running.app.close();
      await ledger[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}
