import { z } from 'zod';
import type { RegisteredKey, RegisteredSystem } from '#client/admin-client.js';
import { collect } from '#client/pages.js';
import { CliError } from '../cli-error.js';
import type { Context } from '../context.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import { adminClient, operatorFlags, readPublicKeys } from '../operator.js';
import { readFlags } from '../read-flags.js';
import { stateOf } from './key-state.js';
import { requireSystemId } from './system-id.js';

const addFlags = z.object({ ...operatorFlags, titleZh: z.string(), titleEn: z.string(), key: z.string().optional() });
const flags = z.object(operatorFlags);

export async function addSystem(context: Context, [named]: readonly string[], options: unknown): Promise<ExitCode> {
  const read = readFlags(addFlags, options);
  const id = requireSystemId(named);
  const keys = read.key === undefined ? [] : readPublicKeys(context, read.key);
  const admin = adminClient(context, read);
  const system = await admin.putSystem(id, { title: { zh: read.titleZh, en: read.titleEn } });
  const registered: RegisteredKey[] = [];
  for (const jwk of keys) registered.push(await admin.putKey(id, jwk.kid ?? '', { jwk }));
  return show(context, [{ ...system, keys: registered }], { ...system, keys: registered });
}

export async function listSystems(context: Context, _args: readonly string[], options: unknown): Promise<ExitCode> {
  const systems = await collect(adminClient(context, readFlags(flags, options)).systems());
  return show(context, systems, { items: systems });
}

export async function showSystem(context: Context, [named]: readonly string[], options: unknown): Promise<ExitCode> {
  const id = requireSystemId(named);
  for await (const system of adminClient(context, readFlags(flags, options)).systems()) {
    if (system.id === id) return show(context, [system], system);
  }
  throw new CliError('USAGE', { en: `no system ${id} is registered`, zh: `系统 ${id} 未登记` });
}

function show({ terminal, now }: Context, systems: readonly RegisteredSystem[], json: unknown): ExitCode {
  if (terminal.isJson) terminal.result(json);
  else {
    const heads = [
      { en: 'system', zh: '系统' },
      { en: 'title', zh: '名称' },
      { en: 'key', zh: '密钥' },
      { en: 'state', zh: '状态' },
      { en: 'until', zh: '至' },
    ];
    const rows = systems.flatMap(({ id, title, keys }) => {
      const own = keys.map((key) => [key.kid, terminal.say(stateOf(key, now())), key.revokedAt ?? key.notAfter ?? '']);
      return (own.length === 0 ? [['', '', '']] : own).map((key) => [id, terminal.say(title), ...key]);
    });
    terminal.table(heads, rows);
  }
  return EXIT.ok;
}
