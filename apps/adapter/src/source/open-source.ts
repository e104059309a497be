import { resolve } from 'node:path';
import { readSigningKey } from '#platform/config/read-keys.js';
import type { DepartmentConfig } from '../config/department.js';
import type { Source } from './source.js';

export interface SourceSurroundings {
  /** Where the relative paths of a configuration start. */
  readonly folder: string;
  readonly onIdleError: (error: Error) => void;
}

/**
 * The source of a department. It connects when it is asked: one that is down makes the service unready, and no more. A
 * driver is loaded where it is used, since each takes its share of memory.
 */
export async function openSource(
  config: DepartmentConfig,
  { folder, onIdleError }: SourceSurroundings,
): Promise<Source> {
  switch (config.kind) {
    case 'postgres': {
      const { PostgresSource } = await import('./postgres/postgres.source.js');
      return new PostgresSource(config.source, config.resources, onIdleError);
    }
    case 'mysql': {
      const { MysqlSource } = await import('./mysql/mysql.source.js');
      return new MysqlSource(config.source, config.resources);
    }
    case 'files': {
      const { FilesSource } = await import('./files/files.source.js');
      return new FilesSource(config.source, config.resources, folder);
    }
    case 'http': {
      const { HttpSource } = await import('./http/http.source.js');
      const { auth } = config.source;
      if (auth.kind !== 'signature') return new HttpSource(config.source, config.resources);
      const key = readSigningKey(resolve(folder, auth.keyFile), 'the key file of the source');
      return new HttpSource(config.source, config.resources, key);
    }
  }
}
