import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Client } from 'pg';
import type { SluiceEvent } from '#events/contract.js';
import type { ExchangeRequestInput } from '#exchange/exchange-request.js';
import { signJws } from '#exchange/jws.js';
import { generateSigningKey, privateJwk, publicJwk } from '#exchange/keys.js';
import { DECISION_TYPE, type DecisionClaims } from '#exchange/tokens.js';
import { createLogger } from '#platform/logger.js';
import { aDecision, aRequest } from '../../../test/sources/residents.js';
import { createTestDatabase, type TestDatabase } from '../../../test/support/postgres.js';
import { adapterConfig } from '../src/adapter-config.js';
import { readDepartment } from '../src/config/read-department.js';
import { openAdapter } from '../src/open-adapter.js';

const DEPARTMENT = `
department: { id: population, title: { zh: 人口库, en: Population Register } }
source: { kind: postgres, url: '\${SOURCE_URL}', statementTimeoutMs: 500 }
resources:
  - id: population/residents
    title: { zh: 居民, en: Residents }
    sharing: conditional
    from: { schema: secret_schema, table: secret_table }
    key: [resident_id]
    fields:
      resident_id: { column: secret_id, type: string, title: { zh: 号, en: Id }, operators: [eq, in] }
      name: { type: string, title: { zh: 名, en: Name }, operators: [eq, prefix] }
      district: { type: string, title: { zh: 区, en: District }, operators: [eq] }
      birth_date: { type: date, title: { zh: 生日, en: Birth }, operators: [eq, between] }
      household_size: { type: integer, title: { zh: 户, en: Size }, operators: [eq, gte] }
      mobile: { type: string, title: { zh: 电话, en: Mobile }, operators: [eq] }
`;

/** A decision with the body that it is about. */
export interface Asked {
  readonly body: Buffer;
  readonly decision: string;
}

/** Adapters of one department over a real source of 50 residents. Nobody is at the ledger's address. */
export class AdapterStage {
  readonly gatewayKey = generateSigningKey();
  readonly adapterKey = generateSigningKey();
  /** Of who may erase, in the installation of this origin. */
  readonly operator = { key: generateSigningKey(), origin: 'sluice.test/evidence' };
  /** What the adapters wrote to their logs. */
  readonly logged: string[] = [];
  private readonly published: SluiceEvent[] = [];
  private readonly running: NestFastifyApplication[] = [];

  /** The adapters' own. */
  private database: TestDatabase | undefined;

  private constructor(
    private readonly folder: string,
    private readonly source: TestDatabase,
  ) {}

  static async set(): Promise<AdapterStage> {
    const stage = new AdapterStage(await mkdtemp(join(tmpdir(), 'sluice-adapter-')), await createTestDatabase());
    await query(
      stage.source.url,
      `create schema secret_schema;
     create table secret_schema.secret_table (secret_id char(4) primary key, name text, district text, birth_date date,
       household_size int, mobile text);
     insert into secret_schema.secret_table select 'r' || to_char(n, 'FM000'), '张三' || n, 'd' || n % 3,
       date '1988-01-01' + n, n % 5, '138' || n from generate_series(0, 49) n`,
    );
    const write = (name: string, text: string) => writeFile(join(stage.folder, name), text);
    await write('population.yaml', DEPARTMENT);
    await write('adapter.jwk.json', JSON.stringify(privateJwk(stage.adapterKey)));
    await write('operators.jwks.json', JSON.stringify({ keys: [publicJwk(stage.operator.key.key)] }));
    await write('gateway.jwks.json', JSON.stringify({ keys: [publicJwk(stage.gatewayKey.key)] }));
    return stage;
  }

  /** Nothing was released yet. */
  async begin(): Promise<void> {
    this.database = await createTestDatabase();
    this.logged.length = 0;
    this.published.length = 0;
  }

  async end(): Promise<void> {
    await this.stop();
    await this.database?.drop();
    this.database = undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.source.drop();
    await rm(this.folder, { recursive: true });
  }

  get own(): TestDatabase {
    if (this.database === undefined) throw new Error('the stage has no test on it');
    return this.database;
  }

  /** An adapter that listens, with a transport that remembers. */
  async start(sourceUrl = this.source.url): Promise<string> {
    const config = adapterConfig.parse({
      DATABASE_URL: this.own.url,
      EVENTS_URL: this.own.url,
      LEDGER_URL: 'http://127.0.0.1:9',
      LEDGER_ORIGIN: this.operator.origin,
      OPERATOR_KEYS_FILE: join(this.folder, 'operators.jwks.json'),
      ADAPTER_CONFIG: join(this.folder, 'population.yaml'),
      ADAPTER_KEY_FILE: join(this.folder, 'adapter.jwk.json'),
      GATEWAY_KEYS_FILE: join(this.folder, 'gateway.jwks.json'),
    });
    const department = readDepartment(config.departmentFile, { SOURCE_URL: sourceUrl });
    const publisher = {
      publish: (_: string, events: readonly SluiceEvent[]) => {
        this.published.push(...events);
        return Promise.resolve();
      },
      close: () => Promise.resolve(),
    };
    const write = (line: string) => void this.logged.push(line);
    const logger = createLogger({ name: 'adapter', level: 'trace' }, { write });
    const app = await openAdapter(config, department, logger, { publisher });
    this.running.push(app);
    await app.listen(0, '127.0.0.1');
    return app.getUrl();
  }

  async stop(): Promise<void> {
    for (const app of this.running.splice(0)) await app.close();
  }

  asked(request: Partial<ExchangeRequestInput> = {}, changes: Partial<DecisionClaims> = {}) {
    return this.decided(Buffer.from(JSON.stringify(aRequest(request), null, 1)), changes);
  }

  /** A decision about this very body, whatever it is. */
  decided(body: Buffer, changes: Partial<DecisionClaims> = {}) {
    const claims = aDecision(changes, body);
    return { body, claims, decision: signJws(claims, DECISION_TYPE, this.gatewayKey) };
  }

  /** All that was handed to the transport: an adapter that stops publishes what it still holds. */
  async publications(): Promise<readonly SluiceEvent[]> {
    await this.stop();
    return this.published;
  }

  released(): Promise<Record<string, unknown>[]> {
    return query(this.own.url, 'select * from release');
  }
}

export async function send(url: string, { body, decision }: Asked, headers: Readonly<Record<string, string>> = {}) {
  const response = await fetch(`${url}/v1/release`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'sluice-decision': decision, ...headers },
    body: new Uint8Array(body),
  });
  const bytes = Buffer.from(await response.arrayBuffer());
  return { status: response.status, headers: response.headers, bytes, json: JSON.parse(bytes.toString()) as unknown };
}

export async function query<Row extends object>(url: string, text: string): Promise<Row[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(text)).rows;
  } finally {
    await client.end();
  }
}
