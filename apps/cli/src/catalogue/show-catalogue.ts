import { z } from 'zod';
import { collect } from '#client/pages.js';
import { SluiceClient } from '#client/sluice-client.js';
import { httpUrl } from '#platform/config/urls.js';
import type { Resource } from '#policy/resource.js';
import { CliError } from '../cli-error.js';
import type { Context } from '../context.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import { readKey } from '../named-file.js';
import { readFlags } from '../read-flags.js';
import type { Terminal } from '../terminal.js';

const flags = z.object({ gateway: httpUrl.optional(), key: z.string().optional() });

export async function showCatalogue(context: Context, [named]: readonly string[], options: unknown): Promise<ExitCode> {
  const read = readFlags(flags, options);
  const { terminal, settings, fetch } = context;
  const key = readKey(context, read.key ?? settings.key);
  const client = new SluiceClient({ gateway: read.gateway ?? settings.gateway, key, fetch });
  const resources = await collect(client.catalogue());
  if (named === undefined) return showAll(terminal, resources);
  const resource = resources.find(({ id }) => id === named);
  if (resource === undefined) {
    throw new CliError('USAGE', { en: `no resource ${named} is shared`, zh: `没有共享资源 ${named}` });
  }
  return showOne(terminal, resource);
}

function showAll(terminal: Terminal, resources: readonly Resource[]): ExitCode {
  const heads = [
    { en: 'resource', zh: '资源' },
    { en: 'title', zh: '名称' },
    { en: 'sharing', zh: '共享类型' },
    { en: 'fields', zh: '字段数' },
  ];
  const rows = resources.map(({ id, title, sharing, fields }) => [
    id,
    terminal.say(title),
    sharing,
    Object.keys(fields).length,
  ]);
  if (terminal.isJson) terminal.result({ items: resources });
  else terminal.table(heads, rows);
  return EXIT.ok;
}

function showOne(terminal: Terminal, resource: Resource): ExitCode {
  const heads = [
    { en: 'field', zh: '字段' },
    { en: 'title', zh: '名称' },
    { en: 'type', zh: '类型' },
    { en: 'filters', zh: '可筛选' },
  ];
  const rows = Object.entries(resource.fields).map(([name, { title, type, operators }]) => [
    name,
    terminal.say(title),
    type,
    operators.join(' '),
  ]);
  if (terminal.isJson) terminal.result(resource);
  else terminal.table(heads, rows);
  return EXIT.ok;
}
