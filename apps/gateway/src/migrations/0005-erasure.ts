import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Erasure1700000000105 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // Handles of what the request named, by which the detail is found when a person's traces are to be destroyed.
    await runner.query('ALTER TABLE access_detail ADD COLUMN subjects text[]');
  }

  down(): Promise<void> {
    return Promise.reject(new Error('migrations go forward only'));
  }
}
