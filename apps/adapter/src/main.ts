import 'reflect-metadata';
import { readEnvironment } from '#platform/config/read-environment.js';
import { runService } from '#platform/http/run-service.js';
import { createLogger } from '#platform/logger.js';
import { adapterConfig } from './adapter-config.js';
import { readDepartment } from './config/read-department.js';
import { openAdapter } from './open-adapter.js';

const logger = createLogger({ name: 'adapter' });

await runService(logger, async () => {
  const config = readEnvironment(adapterConfig, process.env);
  logger.level = config.logLevel;
  const department = readDepartment(config.departmentFile, process.env);
  logger.setBindings({ department: department.department.id });
  return { app: await openAdapter(config, department, logger), address: config.address };
});
