import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Registry1700000000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE registry_version (
        singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
        version bigint NOT NULL
      )`);
    await runner.query('INSERT INTO registry_version (version) VALUES (1)');
    await runner.query(`
      CREATE TABLE department (
        id text COLLATE "C" PRIMARY KEY,
        content jsonb NOT NULL,
        changed_at timestamptz NOT NULL DEFAULT now()
      )`);
    await runner.query(`
      CREATE TABLE resource (
        id text COLLATE "C" PRIMARY KEY,
        department text COLLATE "C" NOT NULL REFERENCES department,
        content jsonb NOT NULL,
        changed_at timestamptz NOT NULL DEFAULT now()
      )`);
    await runner.query('CREATE INDEX resource_department ON resource (department)');
    await runner.query(`
      CREATE TABLE system (
        id text COLLATE "C" PRIMARY KEY,
        content jsonb NOT NULL,
        changed_at timestamptz NOT NULL DEFAULT now()
      )`);
    await runner.query(`
      CREATE TABLE system_key (
        kid text COLLATE "C" PRIMARY KEY,
        system text COLLATE "C" NOT NULL REFERENCES system,
        jwk jsonb NOT NULL,
        not_before timestamptz,
        not_after timestamptz,
        revoked_at timestamptz,
        registered_at timestamptz NOT NULL DEFAULT now()
      )`);
    await runner.query('CREATE INDEX system_key_system ON system_key (system)');
    await runner.query(`
      CREATE TABLE agreement (
        id text COLLATE "C" NOT NULL,
        version integer NOT NULL,
        consumer text COLLATE "C" NOT NULL REFERENCES system,
        resource text COLLATE "C" NOT NULL,
        content jsonb NOT NULL,
        approved_by text NOT NULL,
        registered_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (id, version)
      )`);
    // Somebody was served or refused by these very words: a version is never changed.
    await runner.query(`
      CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        RAISE EXCEPTION 'a registered version is never changed';
      END $$`);
    await runner.query(`
      CREATE TRIGGER agreement_is_history BEFORE UPDATE OR DELETE ON agreement
      FOR EACH ROW EXECUTE FUNCTION refuse_change()`);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('migrations go forward only'));
  }
}
