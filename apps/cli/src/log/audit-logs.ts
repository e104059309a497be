import { randomInt } from 'node:crypto';
import { z } from 'zod';
import { setTimeout as pause } from 'node:timers/promises';
import { auditLog, type AuditTrust, type LogAudit } from '#client/audit/audit-log.js';
import type { LogSource } from '#client/audit/log-source.js';
import type { SeenCheckpoint } from '#client/audit/seen-checkpoints.js';
import { call } from '#client/http-call.js';
import { logTrustOf } from '#client/trust.js';
import type { Title } from '#exchange/names.js';
import { MerkleError } from '#merkle/merkle-error.js';
import { parseVkey, type NoteKey } from '#merkle/note-key.js';
import { CliError } from '../cli-error.js';
import type { Context } from '../context.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import { readText, readTrustFile } from '../named-file.js';
import { readFlags } from '../read-flags.js';
import { printable, type Terminal } from '../terminal.js';
import { auditedLogs } from './audited-logs.js';
import { findingText } from './finding-text.js';

const flags = z.object({
  trust: z.string().optional(),
  vkey: z.string().optional(),
  seen: z.array(z.string()).default([]),
  remember: z.coerce.number().int().min(1).max(100_000_000),
});

/** `sluice log audit`: every byte of one log or of several, with nothing but the keys that are trusted. */
export async function auditLogs(context: Context, [place]: readonly string[], options: unknown): Promise<ExitCode> {
  const { seen: files, remember, ...named } = readFlags(flags, options);
  const trustIn = readTrust(context, named);
  // What a witness shows now may be a moment ahead of the log; a file is as old as it is.
  const waiting = files.some(isUrl) ? { pause } : {};
  const seen = await Promise.all(files.map((name) => readSeen(context, name)));
  const { terminal, settings, now } = context;
  const audits: TimedAudit[] = [];
  for (const source of await auditedLogs(context, place ?? settings.ledger)) {
    const began = now().getTime();
    const onProgress = progressOf(terminal, source);
    const seed = randomInt(2 ** 32);
    const audit = await auditLog(source, { trustIn, seen, remembered: remember, seed, ...waiting, onProgress });
    const timed = { ...audit, seconds: (now().getTime() - began) / 1000 };
    if (!terminal.isJson) showAudit(terminal, timed);
    audits.push(timed);
  }
  const ok = audits.every((audit) => audit.ok);
  if (terminal.isJson) terminal.result({ ok, logs: audits.map(asJson) });
  return ok ? EXIT.ok : EXIT.refused;
}

type TimedAudit = LogAudit & { readonly seconds: number };

function readTrust(
  context: Context,
  { trust: file, vkey }: { readonly trust?: string | undefined; readonly vkey?: string | undefined },
): (origin: string) => AuditTrust | undefined {
  if (vkey !== undefined) {
    const log = readVkey(vkey);
    return (origin) => (origin === log.name ? { log } : undefined);
  }
  const trust = readTrustFile(context, file);
  if (trust === undefined) {
    throw new CliError('FILE_UNREADABLE', {
      en: `there is no trust file at ${context.settings.trust}: give --trust FILE or --vkey KEY`,
      zh: `${context.settings.trust} 处没有信任文件：请用 --trust 或 --vkey 指定`,
    });
  }
  return (origin) => {
    if (!trust.logs.has(origin)) return undefined;
    const { witnesses: policy, witnessedFrom } = trust;
    const from = { witnessedFrom: witnessedFrom.get(origin) ?? 0 };
    return { ...logTrustOf(trust, origin), ...from, ...(policy === undefined ? {} : { policy }) };
  };
}

/** A file, or where a witness shows what it cosigned last. */
async function readSeen(context: Context, name: string): Promise<SeenCheckpoint> {
  if (!isUrl(name)) return { name, note: readText(context, name) };
  return { name, note: (await call(context.fetch, { method: 'GET', url: new URL(name) })).text };
}

function isUrl(name: string): boolean {
  return /^https?:\/\//.test(name);
}

function readVkey(vkey: string): NoteKey {
  try {
    return parseVkey(vkey);
  } catch (error) {
    if (!(error instanceof MerkleError)) throw error;
    throw new CliError('USAGE', { en: `--vkey: ${error.message}`, zh: `--vkey：${error.message}` });
  }
}

function progressOf(terminal: Terminal, { place }: LogSource): (entries: number, size: number) => void {
  let shown = -1;
  return (entries, size) => {
    const percent = Math.floor((entries / size) * 100);
    if (percent === shown) return;
    shown = percent;
    terminal.progress(printable(`${place}  ${percent} %  ${entries}/${size}`));
  };
}

function showAudit(terminal: Terminal, audit: TimedAudit): void {
  const { place, ok, checkpoint, findings, more, unknownTypes, idsForgotten, confirmed, seconds } = audit;
  const say = (title: Title) => printable(terminal.say(title));
  if (checkpoint === undefined) terminal.line(`${terminal.mark(false)} ${printable(place)}`);
  else {
    const { origin, size, cosignatures } = checkpoint;
    const count = size.toLocaleString('en');
    const took = seconds.toFixed(1);
    const said = {
      en: `${origin}: ${count} entries, every leaf, node and signature checked in ${took} s${ok ? '' : ': damage was found'}`,
      zh: `${origin}：${count} 条记录，${took} 秒内核验了全部叶、节点与签名${ok ? '' : '：发现损坏'}`,
    };
    terminal.line(`${terminal.mark(ok)} ${say(said)}`);
    for (const { name, time } of cosignatures) {
      const at = new Date(time * 1000).toISOString();
      terminal.line(`  · ${say({ en: `cosigned by ${name} at ${at}`, zh: `由 ${name} 于 ${at} 联署` })}`);
    }
    if (confirmed > 0) {
      const en = `${confirmed} checkpoints that others kept are its past`;
      terminal.line(`  · ${say({ en, zh: `他人保存的 ${confirmed} 个检查点与其历史一致` })}`);
    }
  }
  for (const finding of findings) terminal.line(`  ${terminal.mark(false)} ${say(findingText(finding))}`);
  if (more > 0) terminal.line(`  ${say({ en: `and ${more} more findings`, zh: `另有 ${more} 处` })}`);
  for (const [type, count] of unknownTypes) {
    const en = `${count} entries of the type ${type}, which is not known here: only their hashes were checked`;
    terminal.line(`  · ${say({ en, zh: `${count} 条类型为 ${type} 的记录在此版本中未知：仅核验了散列` })}`);
  }
  if (idsForgotten) {
    const en = 'more events than are remembered: one that comes twice far apart is not found. See --remember';
    terminal.line(`  · ${say({ en, zh: '事件数超过可记忆的编号数：相距很远的重复事件不会被发现，见 --remember' })}`);
  }
}

function asJson({ checkpoint, unknownTypes, seconds, ...audit }: TimedAudit) {
  const { origin, size = 0, root, cosignatures } = checkpoint ?? {};
  return {
    ...audit,
    ...(root === undefined ? {} : { origin, size, root: Buffer.from(root).toString('base64'), cosignatures }),
    unknownTypes: Object.fromEntries(unknownTypes),
    seconds,
    ...(seconds > 0 ? { entriesPerSecond: Math.round(size / seconds) } : {}),
  };
}
