import { z } from 'zod';
import type { Orderer } from '#client/order.js';
import type { Trust } from '#client/trust.js';
import { CliError } from './cli-error.js';
import type { Context } from './context.js';
import { readKey, readTrustFile } from './named-file.js';

/** The options of every command that sends orders. */
export const orderFlags = {
  operatorKey: z.string().optional(),
  origin: z.string().min(1).optional(),
  trust: z.string().optional(),
};
type OrderFlags = Readonly<Partial<Record<keyof typeof orderFlags, string | undefined>>>;

/**
 * Who orders, by the key of `file` if it is given, and in which installation: as `--origin` says it, or else the trust file.
 * Throws FILE_UNREADABLE, and USAGE where neither says it.
 */
export function readOrderer(context: Context, { operatorKey, origin, trust }: OrderFlags, file?: string): Orderer {
  const key = readKey(context, file ?? operatorKey ?? context.settings.operatorKey);
  return { key, origin: origin ?? originOf(readTrustFile(context, trust)) };
}

function originOf(trust: Trust | undefined): string {
  const families = [...(trust?.families.keys() ?? [])];
  const named = families.length > 0 ? families : [...(trust?.logs.keys() ?? [])].map(withoutShard);
  const [origin, ...others] = new Set(named);
  if (origin !== undefined && others.length === 0) return origin;
  throw new CliError('USAGE', {
    en: 'an order names the installation that it is for: give the origin of its logs by --origin, or a trust file that names one',
    zh: '指令须写明所属系统：请用 --origin 指定其日志的 origin，或提供只含一个 origin 的信任文件',
  });
}

/** The logs of a family are called by its origin and their number. */
function withoutShard(log: string): string {
  return log.replace(/\/(\d+|root)$/, '');
}
