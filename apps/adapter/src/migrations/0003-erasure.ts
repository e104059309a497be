import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Erasure1700000000103 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // Handles of whom the request named and the rows were about. The decision says the request's digest, so it goes too.
    await runner.query('ALTER TABLE release ADD COLUMN subjects text[], ALTER COLUMN decision DROP NOT NULL');
  }

  down(): Promise<void> {
    return Promise.reject(new Error('migrations go forward only'));
  }
}
