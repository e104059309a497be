import { systemId } from '#exchange/names.js';
import { CliError } from '../cli-error.js';

export function requireSystemId(named: string | undefined): string {
  const result = systemId.safeParse(named);
  if (result.success) return result.data;
  throw new CliError('USAGE', {
    en: `${named ?? ''}: a system is called department/system`,
    zh: `${named ?? ''}：系统名称应为 部门/系统`,
  });
}
