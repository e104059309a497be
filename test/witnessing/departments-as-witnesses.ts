import { createHash } from 'node:crypto';
import { Module } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Registry } from 'prom-client';
import type { NoteSigner } from '#merkle/sign-note.js';
import { formatVkey } from '#merkle/note-key.js';
import { openDatabase } from '#platform/database/open-database.js';
import { createService } from '#platform/http/create-service.js';
import { createLogger } from '#platform/logger.js';
import { Witness1700000000002 } from '../../apps/adapter/src/migrations/0002-witness.js';
import { WITNESS_BODIES, WitnessController } from '../../apps/adapter/src/witness/witness.controller.js';
import { WitnessMetrics } from '../../apps/adapter/src/witness/witness-metrics.js';
import { WitnessRepository } from '../../apps/adapter/src/witness/witness.repository.js';
import { WitnessService } from '../../apps/adapter/src/witness/witness.service.js';
import type { WitnessSettings } from '../../apps/adapter/src/witness/witness-settings.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';

@Module({})
class WitnessModule {}

/** What an adapter has of a witness, over HTTP and on its own database, and nothing else of an adapter. */
export class DepartmentWitness {
  private app: NestFastifyApplication | undefined;
  private port = 0;

  private constructor(
    private readonly test: TestDatabase,
    private readonly database: Awaited<ReturnType<typeof openDatabase>>,
    readonly settings: WitnessSettings,
  ) {}

  static async start(settings: WitnessSettings): Promise<DepartmentWitness> {
    const test = await createTestDatabase();
    const migrations = [Witness1700000000002];
    const database = await openDatabase({ url: test.url, name: settings.name, poolSize: 4, migrations });
    const one = new DepartmentWitness(test, database, settings);
    await one.listen();
    return one;
  }

  /** The submission prefix. The same after a restart. */
  get url(): string {
    return `http://127.0.0.1:${this.port}/witness`;
  }

  async restartWith(signers: WitnessSettings['signers']): Promise<void> {
    await this.stop();
    await this.listen({ ...this.settings, signers });
  }

  async stop(): Promise<void> {
    await this.app?.close();
    this.app = undefined;
  }

  async end(): Promise<void> {
    await this.stop();
    await this.database.destroy();
    await this.test.drop();
  }

  /** What it shows of a log, as anybody may read it. */
  async last(origin: string): Promise<string> {
    const answer = await fetch(`${this.url}/${createHash('sha256').update(origin).digest('hex')}/checkpoint`);
    return answer.text();
  }

  async listen(settings = this.settings): Promise<void> {
    const logger = createLogger({ name: 'witness', level: 'silent' });
    const witness = new WitnessService({
      ...{ settings, logger, now: () => new Date() },
      records: new WitnessRepository(this.database),
      metrics: new WitnessMetrics(new Registry()),
    });
    const providers = [{ provide: WitnessService, useValue: witness }];
    this.app = await createService({
      module: { module: WitnessModule, controllers: [WitnessController], providers },
      ...{ logger, rawBodies: WITNESS_BODIES },
      document: { title: 'witness', description: '', version: '1' },
    });
    await this.app.listen(this.port, '127.0.0.1');
    this.port = Number(new URL(await this.app.getUrl()).port);
  }
}

/** A key for good, as WITNESS_FILE has it and as the policy has it. */
export const forGood = (signer: NoteSigner) => ({ signer, from: -Infinity, until: Infinity });
export const vkeyIn = (signer: NoteSigner) => ({ vkey: formatVkey(signer.key) });
