import { existsSync } from 'node:fs';
import { jest } from '@jest/globals';
import { Kafka, logLevel } from 'kafkajs';
import { runFormatted, withClient } from '#embedded/service-database.js';
import { describeWhere } from '../support/describe-where.js';
import { ownKafkaAvailability } from '../support/kafka-server.js';
import { ComposedSystem } from './composed-system.js';

jest.setTimeout(240_000);

const ASK = ['ask', '/app/deploy/demo/questions/household.yaml', '--receipt', 'receipt.json', '--json'];

describeWhere('Apache Kafka', ownKafkaAvailability())('what docker-compose.yml describes', () => {
  let system: ComposedSystem;

  beforeAll(async () => {
    system = await ComposedSystem.place();
    await system.up();
  });
  afterAll(async () => {
    await system.remove();
  });

  it('answers a signed question, and gives a receipt that verifies offline', async () => {
    const asked = await system.run('cli', ASK);
    expect(asked).toMatchObject({ status: 0, output: expect.stringContaining('西湖区') as string });
    expect(existsSync(system.places.volume('home', 'handout/cli/receipt.json'))).toBe(true);

    const verified = await system.run('cli', ['verify', 'receipt.json', '--json']);
    expect(verified.status).toBe(0);
    expect(JSON.parse(verified.output)).toMatchObject({ ok: true });
  });

  it.each(['property.yaml', 'social-security.yaml'])(
    'answers %s from the department’s own source',
    async (question) => {
      const asked = await system.run('cli', ['ask', `/app/deploy/demo/questions/${question}`, '--json']);
      expect(asked).toMatchObject({ status: 0 });
    },
  );

  it('has a partition for each shard of the ledger', async () => {
    const kafka = new Kafka({
      brokers: [`127.0.0.1:${system.places.portOf('kafka', '9092')}`],
      logLevel: logLevel.NOTHING,
    });
    const admin = kafka.admin();
    await admin.connect();
    const { topics } = await admin.fetchTopicMetadata({ topics: ['sluice.evidence.v1'] });
    await admin.disconnect();
    const { LEDGER_SHARDS } = system.file.services.ledger!.environment;
    expect(topics[0]!.partitions).toHaveLength(Number(LEDGER_SHARDS));
  });

  it('is prepared once: the same steps again change nothing that works', async () => {
    for (const step of ['prepare-keys', 'prepare-databases', 'prepare-registry']) {
      expect(await system.run(step)).toMatchObject({ status: 0 });
    }
    expect(await system.run('cli', ASK)).toMatchObject({ status: 0 });
  });

  it('gives PostgreSQL settings that it knows, with values that it takes', async () => {
    for (const server of ['postgres', 'source-population', 'source-social-security']) {
      const [program, ...settings] = system.file.services[server]!.command;
      expect(program).toBe('postgres');
      expect(settings.length).toBeGreaterThan(0);
      await withClient(system.adminUrl(server), async (admin) => {
        for (const setting of settings) {
          const [, name = '', value = ''] = /^-c([a-z_]+)=(.+)$/.exec(setting) ?? [];
          // Checks both, and takes effect at a next start that does not come.
          await runFormatted(admin, 'alter system set %I = %L', [name, value]);
        }
      });
    }
  });

  it('ends in order when it is told to', async () => {
    const statuses = await system.stop();
    expect(Object.keys(statuses)).toHaveLength(6);
    expect(new Set(Object.values(statuses))).toEqual(new Set([0]));
  });
});
