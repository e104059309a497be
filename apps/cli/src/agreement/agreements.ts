import { readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { collect } from '#client/pages.js';
import { agreement as agreementSchema, type Agreement } from '#policy/agreement.js';
import { CliError } from '../cli-error.js';
import type { Context } from '../context.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import { readDocument } from '../named-file.js';
import { adminClient, operatorFlags } from '../operator.js';
import { readFlags } from '../read-flags.js';

const listFlags = z.object({ ...operatorFlags, consumer: z.string().optional(), resource: z.string().optional() });

/** All files are read before the first is sent: a mistake in the last one changes nothing. Safe to repeat. */
export async function loadAgreements(context: Context, named: readonly string[], options: unknown): Promise<ExitCode> {
  const files = named.flatMap((one) => filesOf(context, one));
  if (files.length === 0) {
    const where = named.join(', ');
    throw new CliError('USAGE', { en: `${where}: no .yaml or .json files`, zh: `${where}：没有 .yaml 或 .json 文件` });
  }
  const agreements = files.map((file) => readDocument(context, file, agreementSchema));
  const admin = adminClient(context, readFlags(z.object(operatorFlags), options));
  const registered: Agreement[] = [];
  for (const one of agreements) registered.push(await admin.putAgreement(one));
  return show(context, registered);
}

export async function listAgreements(context: Context, _args: readonly string[], options: unknown): Promise<ExitCode> {
  const { consumer, resource, ...read } = readFlags(listFlags, options);
  const filter = { ...(consumer === undefined ? {} : { consumer }), ...(resource === undefined ? {} : { resource }) };
  return show(context, await collect(adminClient(context, read).agreements(filter)));
}

function filesOf({ folder }: Context, named: string): string[] {
  const path = resolve(folder, named);
  try {
    if (!statSync(path).isDirectory()) return [named];
    const names = readdirSync(path).filter((name) => /\.(ya?ml|json)$/.test(name));
    return names.sort().map((name) => join(named, name));
  } catch (cause) {
    const told = { en: `${named}: there is no such file or folder`, zh: `${named}：没有该文件或目录` };
    throw new CliError('FILE_UNREADABLE', told, { cause });
  }
}

function show({ terminal }: Context, agreements: readonly Agreement[]): ExitCode {
  if (terminal.isJson) terminal.result({ items: agreements });
  else {
    const heads = [
      { en: 'agreement', zh: '协议' },
      { en: 'version', zh: '版本' },
      { en: 'who', zh: '请求方' },
      { en: 'of', zh: '资源' },
      { en: 'purposes', zh: '用途' },
      { en: 'fields', zh: '字段' },
      { en: 'until', zh: '至' },
    ];
    const rows = agreements.map(({ id, version, consumer, resource, purposes, fields, validUntil, withdrawnFrom }) => [
      id,
      version,
      consumer,
      resource,
      purposes.join(', '),
      Object.keys(fields).length,
      withdrawnFrom ?? validUntil,
    ]);
    terminal.table(heads, rows);
  }
  return EXIT.ok;
}
