import { z } from 'zod';
import type { RegisteredDepartment } from '#client/admin-client.js';
import { collect } from '#client/pages.js';
import type { Context } from '../context.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import { readDocument } from '../named-file.js';
import { adminClient, operatorFlags, readPublicKeys } from '../operator.js';
import { readFlags } from '../read-flags.js';
import { publishedDepartment } from './published-department.js';

const loadFlags = z.object({ ...operatorFlags, adapterUrl: z.string(), keyFile: z.string() });

export async function loadDepartment(
  context: Context,
  [file = '']: readonly string[],
  options: unknown,
): Promise<ExitCode> {
  const { adapterUrl, keyFile, ...read } = readFlags(loadFlags, options);
  const { department, resources } = readDocument(context, file, publishedDepartment);
  const keys = readPublicKeys(context, keyFile);
  const registered = await adminClient(context, read).putDepartment({ ...department, adapterUrl, keys, resources });
  return show(context, [registered], registered);
}

export async function listDepartments(context: Context, _args: readonly string[], options: unknown): Promise<ExitCode> {
  const departments = await collect(adminClient(context, readFlags(z.object(operatorFlags), options)).departments());
  return show(context, departments, { items: departments });
}

function show({ terminal }: Context, departments: readonly RegisteredDepartment[], json: unknown): ExitCode {
  if (terminal.isJson) terminal.result(json);
  else {
    const heads = [
      { en: 'department', zh: '部门' },
      { en: 'title', zh: '名称' },
      { en: 'adapter', zh: '适配器' },
      { en: 'resources', zh: '资源' },
    ];
    const rows = departments.map(({ id, title, adapterUrl = '', resources }) => [
      id,
      terminal.say(title),
      adapterUrl,
      resources.map((one) => one.id).join(', '),
    ]);
    terminal.table(heads, rows);
  }
  return EXIT.ok;
}
