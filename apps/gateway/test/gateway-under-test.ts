import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestDatabase, templateDatabase } from '../../../test/support/postgres.js';
import type { SluiceEvent } from '#events/contract.js';
import type { EventPublisher } from '#events/transport.js';
import { generateSigningKey, privateJwk, publicJwk, type SigningKey } from '#exchange/keys.js';
import { readEnvironment } from '#platform/config/read-environment.js';
import { openDatabase } from '#platform/database/open-database.js';
import { createLogger } from '#platform/logger.js';
import { gatewayConfig } from '../src/gateway-config.js';
import { migrations, openGateway } from '../src/open-gateway.js';
import { startFakeAdapter, type FakeAdapter } from './fake-adapter.js';
import { startFakeLedger, type FakeLedger } from './fake-ledger.js';
import { anAgreement, aDepartment, CONSUMER } from './registered.js';
import { AUTHORITY, send, sign, type Answer } from './signed-client.js';

/** A gateway process, as far as it can be one inside of a test: what it shares with another is the database alone. */
export interface RunningGateway {
  readonly origin: string;
  readonly published: SluiceEvent[];
  /** What it wrote to its log. */
  readonly lines: string[];
  stop(): Promise<void>;
}

export interface Stage extends AsyncDisposable {
  readonly databaseUrl: string;
  readonly adapter: FakeAdapter;
  readonly ledger: FakeLedger;
  readonly operator: SigningKey;
  readonly system: SigningKey;
  /** Runs against the database of the gateways. */
  query<Row extends object>(sql: string, parameters?: readonly unknown[]): Promise<Row[]>;
  start(change?: Readonly<Record<string, string>>, now?: () => Date): Promise<RunningGateway>;
  /** Signed by the operator. Throws where it is refused. */
  administer(gateway: RunningGateway, method: 'PUT' | 'POST' | 'GET', path: string, body?: unknown): Promise<Answer>;
  /** Registers the adapter's department, the asking system with its key, and an agreement between them. */
  register(gateway: RunningGateway): Promise<void>;
}

/** `tablespace`: where its database lies. */
export async function setStage({ tablespace }: { readonly tablespace?: string | undefined } = {}): Promise<Stage> {
  const template = await templateDatabase('gateway', async (url) => {
    const database = await openDatabase({ url, name: 'gateway migrations', migrations });
    await database.destroy();
  });
  const database = await createTestDatabase({ template, tablespace });
  const folder = mkdtempSync(join(tmpdir(), 'sluice-gateway-'));
  const [gatewayKey, operator, system] = [generateSigningKey(), generateSigningKey(), generateSigningKey('ES256')];
  const adapter = await startFakeAdapter('population', gatewayKey);
  const ledger = await startFakeLedger();
  const direct = await openDatabase({ url: database.url, name: 'test', poolSize: 4, migrations });
  const environment = {
    DATABASE_URL: database.url,
    EVENTS_URL: database.url,
    LEDGER_URL: ledger.url,
    GATEWAY_KEY_FILE: join(folder, 'gateway.jwk.json'),
    OPERATOR_KEYS_FILE: join(folder, 'operators.jwks.json'),
    PUBLIC_AUTHORITIES: AUTHORITY,
  };
  writeFileSync(environment.GATEWAY_KEY_FILE, JSON.stringify(privateJwk(gatewayKey)));
  writeFileSync(environment.OPERATOR_KEYS_FILE, JSON.stringify({ keys: [publicJwk(operator.key)] }));
  const running = new Set<RunningGateway>();

  const start: Stage['start'] = async (change = {}, now) => {
    const published: SluiceEvent[] = [];
    const lines: string[] = [];
    const logger = createLogger(
      { name: 'gateway', level: 'debug' },
      { write: (line: string) => void lines.push(line) },
    );
    const config = readEnvironment(gatewayConfig, { ...environment, ...change });
    const options = { publisher: collecting(published), ...(now === undefined ? {} : { now }) };
    const app = await openGateway(config, logger, options);
    await app.listen(0, '127.0.0.1');
    const gateway: RunningGateway = {
      origin: await app.getUrl(),
      published,
      lines,
      stop: async () => {
        if (running.delete(gateway)) await app.close();
      },
    };
    running.add(gateway);
    return gateway;
  };
  const administer: Stage['administer'] = async (gateway, method, path, body) => {
    const answer = await send(gateway.origin, sign(operator, method, path, body));
    if (answer.status !== 200) throw new Error(`${method} ${path}: ${answer.text}`);
    return answer;
  };
  return {
    databaseUrl: database.url,
    adapter,
    ledger,
    operator,
    system,
    start,
    administer,
    query: (sql, parameters = []) => direct.query(sql, [...parameters]),
    register: async (gateway) => {
      await administer(gateway, 'PUT', '/v1/admin/departments/population', aDepartment(adapter));
      await administer(gateway, 'PUT', `/v1/admin/systems/${CONSUMER}`, { title: { zh: '公租房', en: 'Housing' } });
      const jwk = publicJwk(system.key);
      await administer(gateway, 'PUT', `/v1/admin/systems/${CONSUMER}/keys/${system.kid}`, { jwk });
      await administer(gateway, 'PUT', '/v1/admin/agreements/housing-population', anAgreement());
    },
    [Symbol.asyncDispose]: async () => {
      for (const gateway of [...running]) await gateway.stop();
      await adapter[Symbol.asyncDispose]();
      await ledger[Symbol.asyncDispose]();
      await direct.destroy();
      await database.drop();
      rmSync(folder, { recursive: true });
    },
  };
}

function collecting(published: SluiceEvent[]): EventPublisher {
  return {
    publish: (_topic, events) => {
      published.push(...events);
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
  };
}
