import { loadYaml } from '#platform/config/load-yaml.js';
import { departmentConfig, type DepartmentConfig } from './department.js';
import { expandVariables } from './expand-variables.js';

/** Reads a department's file. Throws ConfigError, which names file, line and field. */
export function readDepartment(
  path: string,
  variables: Readonly<Record<string, string | undefined>>,
): DepartmentConfig {
  return loadYaml(path, departmentConfig, (value) => expandVariables(value, variables));
}
