import type { Pool } from 'pg';
import type { DataSource } from 'typeorm';

/** pg's own pool, under TypeORM's PostgreSQL driver, whose published type says nothing of it. */
export function poolOf({ driver }: DataSource): Pool {
  return (driver as unknown as { readonly master: Pool }).master;
}
