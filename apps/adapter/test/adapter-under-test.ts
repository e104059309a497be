import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { SluiceEvent } from '#events/contract.js';
import type { ExchangeRequestInput } from '#exchange/exchange-request.js';
import { signJws } from '#exchange/jws.js';
import { generateSigningKey, privateJwk, publicJwk } from '#exchange/keys.js';
import { DECISION_TYPE, type DecisionClaims } from '#exchange/tokens.js';
import { createLogger } from '#platform/logger.js';
import { aDecision, aRequest } from '../../../test/sources/residents.js';
import { createTestDatabase, rowsOf, type TestDatabase } from '../../../test/support/postgres.js';
import { adapterConfig } from '../src/adapter-config.js';
import { readDepartment } from '../src/config/read-department.js';
import { openAdapter } from '../src/open-adapter.js';

/** What the adapters of a stage read. */
export interface StagedSource {
  /** The department's file: YAML. */
  readonly department: string;
  /** What the file says as `${NAME}`. */
  readonly variables: Readonly<Record<string, string>>;
  /** Texts that lie beside it, by name. */
  readonly files?: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** A decision with the body that it is about. */
export interface Asked {
  readonly body: Buffer;
  readonly decision: string;
}

/** Adapters of one department over a real source. Nobody is at the ledger's address. */
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
    private readonly source: StagedSource,
  ) {}

  /** The source ends with the stage. */
  static async set(source: StagedSource): Promise<AdapterStage> {
    const stage = new AdapterStage(await mkdtemp(join(tmpdir(), 'sluice-adapter-')), source);
    const write = (name: string, text: string) => writeFile(join(stage.folder, name), text);
    await write('population.yaml', source.department);
    for (const [name, text] of Object.entries(source.files ?? {})) await write(name, text);
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
    await this.end();
    await this.source.stop();
    await rm(this.folder, { recursive: true });
  }

  get own(): TestDatabase {
    if (this.database === undefined) throw new Error('the stage has no test on it');
    return this.database;
  }

  /** An adapter that listens, with a transport that remembers. `variables`: those that differ for this one. */
  async start(variables: Readonly<Record<string, string>> = {}): Promise<string> {
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
    const department = readDepartment(config.departmentFile, { ...this.source.variables, ...variables });
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
    return rowsOf(this.own.url, 'select * from release');
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
