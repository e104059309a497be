import { resolve } from 'node:path';
import type { DepartmentConfig } from '../config/department.js';
import { readSigningKey } from '../config/read-keys.js';
import { FilesSource } from './files/files.source.js';
import { HttpSource } from './http/http.source.js';
import { MysqlSource } from './mysql/mysql.source.js';
import { PostgresSource } from './postgres/postgres.source.js';
import type { Source } from './source.js';

export interface SourceSurroundings {
  /** Where the relative paths of a configuration start. */
  readonly folder: string;
  readonly onIdleError: (error: Error) => void;
}

/** The source of a department. It connects when it is asked: one that is down makes the service unready, and no more. */
export function openSource(config: DepartmentConfig, { folder, onIdleError }: SourceSurroundings): Source {
  switch (config.kind) {
    case 'postgres':
      return new PostgresSource(config.source, config.resources, onIdleError);
    case 'mysql':
      return new MysqlSource(config.source, config.resources);
    case 'files':
      return new FilesSource(config.source, config.resources, folder);
    case 'http': {
      const { auth } = config.source;
      if (auth.kind !== 'signature') return new HttpSource(config.source, config.resources);
      const key = readSigningKey(resolve(folder, auth.keyFile), 'the key file of the source');
      return new HttpSource(config.source, config.resources, key);
    }
  }
}
