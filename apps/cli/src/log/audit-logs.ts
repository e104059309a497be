import { randomInt } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { auditFamily, withoutList, type FamilyAudit, type FamilyAuditOptions } from '#client/audit/audit-family.js';
import { auditLog } from '#client/audit/audit-log.js';
import type { FamilySource } from '#client/audit/family-source.js';
import type { LogSource } from '#client/audit/log-source.js';
import type { SeenCheckpoint } from '#client/audit/seen-checkpoints.js';
import { call } from '#client/http-call.js';
import { SHARD_LIST_VERSIONS } from '#merkle/log-paths.js';
import { MerkleError } from '#merkle/merkle-error.js';
import type { NoteKey } from '#merkle/note-key.js';
import { parseShardList, type ShardList } from '#merkle/shard-list.js';
import { parseNote } from '#merkle/signed-note.js';
import type { Context } from '../context.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import { readText } from '../named-file.js';
import { readFlags } from '../read-flags.js';
import { progressOf } from './audit-progress.js';
import { readAuditTrust, type NamedTrust } from './audit-trust.js';
import { auditedLogs } from './audited-logs.js';
import { isUrl } from './is-url.js';
import { isWhole, needsList, reconcileFamilies, type ReconciledFamily } from './reconcile-families.js';
import { asJson, familyAsJson, showAudit, showFamily, type TimedAudit } from './show-audit.js';
import { reconciliationAsJson, showReconciliation } from './show-reconciliation.js';

const flags = z.object({
  trust: z.string().optional(),
  vkey: z.string().optional(),
  policy: z.string().optional(),
  seen: z.array(z.string()).default([]),
  remember: z.coerce.number().int().min(1).max(100_000_000),
  reconcile: z.boolean().default(false),
  pendingWithin: z.coerce.number().min(0).max(1_000_000),
  releaseWithin: z.coerce.number().min(0).max(1_000_000_000),
  clockSkew: z.coerce.number().min(0).max(1_000_000_000),
});

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** `sluice log audit`: every byte of one log, of several or of all of a family, with nothing but the keys that are trusted. */
export async function auditLogs(context: Context, [place]: readonly string[], options: unknown): Promise<ExitCode> {
  const read = readFlags(flags, options);
  const { seen: files, remember: remembered, reconcile, pendingWithin, releaseWithin, clockSkew, ...named } = read;
  const trust = readAuditTrust(context, named);
  // What a witness shows now may be a moment ahead of the log; a file is as old as it is.
  const waiting = files.some(isUrl) ? { pause } : {};
  const seen = await Promise.all(files.map((name) => readSeen(context, name)));
  const { terminal, settings } = context;
  const asked = { context, trust, reconcile, options: { seen, remembered, seed: randomInt(2 ** 32), ...waiting } };
  const { audits, found } = await auditAll(place ?? settings.ledger, asked);
  const deadlines = { releaseWithin: releaseWithin * SECOND, skew: clockSkew * SECOND };
  const waits = { pendingWithin: pendingWithin * MINUTE, deadlines };
  const families = reconcile ? await reconcileFamilies(context, found, waits) : found;
  const compared = families.flatMap(({ reconciliation }: ReconciledFamily) => reconciliation ?? []);
  const ok = [...audits, ...families].every((one) => one.ok) && compared.every(isWhole);
  if (terminal.isJson) terminal.result({ ok, logs: audits.map(asJson), families: families.map(asWholeJson) });
  else {
    for (const one of families) {
      showFamily(terminal, one);
      showReconciliation(terminal, one);
    }
  }
  return ok ? EXIT.ok : EXIT.refused;
}

function asWholeJson({ reconciliation, ...family }: ReconciledFamily) {
  const records = reconciliation === undefined ? {} : { reconciliation: reconciliationAsJson(reconciliation) };
  return { ...familyAsJson(family), ...records };
}

async function auditAll(place: string, asked: Asked) {
  const { context, trust } = asked;
  const { families, logs, isOne } = await auditedLogs(context, place);
  const audits: TimedAudit[] = [];
  const found: FamilyAudit[] = families.length === 0 && !isOne && trust.asksForList ? [withoutList(place)] : [];
  const keyed = await Promise.all(families.map(async (source) => ({ source, key: await familyKey(source, trust) })));
  const hasList = found.length > 0 || keyed.some(({ key }) => key !== undefined);
  if (asked.reconcile && !hasList) throw needsList();
  for (const { source, key } of keyed) {
    if (key !== undefined) found.push(await auditWhole(source, key, asked, audits));
    else for (const log of await listedLogs(source)) audits.push(await auditAlone(log, asked));
  }
  for (const source of logs) audits.push(await auditAlone(source, asked));
  return { audits, found };
}

interface Asked {
  readonly context: Context;
  readonly trust: NamedTrust;
  readonly reconcile: boolean;
  readonly options: Pick<FamilyAuditOptions, 'seen' | 'remembered' | 'seed' | 'pause'>;
}

async function auditAlone(source: LogSource, { context, trust, options }: Asked): Promise<TimedAudit> {
  const { terminal, now } = context;
  const began = now().getTime();
  const { logIn } = trust;
  const audit = await auditLog(source, { ...options, trustIn: logIn, onProgress: progressOf(terminal, source) });
  const timed = { ...audit, seconds: (now().getTime() - began) / 1000 };
  if (!terminal.isJson) showAudit(terminal, timed);
  return timed;
}

/** All logs of a family, from its list. Each is shown when it was looked through. */
function auditWhole(
  source: FamilySource,
  family: NoteKey,
  { context, trust, options }: Asked,
  audits: TimedAudit[],
): Promise<FamilyAudit> {
  const { terminal, now } = context;
  let began = now().getTime();
  return auditFamily(source, {
    ...{ ...options, family, known: trust.logs, witnessedIn: trust.witnessedIn },
    // A ledger shows its list a moment after the root log has the digest; a folder is a copy, and waits for nobody.
    ...(isUrl(source.place) ? { pause } : {}),
    onLog: (log) => progressOf(terminal, log),
    onList: progressOf(terminal, { place: `${source.place.replace(/\/$/, '')}/${SHARD_LIST_VERSIONS}/` }),
    onAudit: (audit) => {
      const ended = now().getTime();
      const timed = { ...audit, seconds: (ended - began) / 1000 };
      began = ended;
      if (!terminal.isJson) showAudit(terminal, timed);
      audits.push(timed);
    },
  });
}

/** The key by which the list counts. Where it names a family that is not trusted, one that is: it will not have signed it. */
async function familyKey(source: FamilySource, { families, asksForList }: NamedTrust): Promise<NoteKey | undefined> {
  const named = families.get((await unverifiedList(source))?.family ?? '');
  return named ?? (asksForList ? [...families.values()][0] : undefined);
}

/** Where only single logs are trusted, the list tells where they are, and is believed in nothing else. */
async function listedLogs(source: FamilySource): Promise<readonly LogSource[]> {
  return ((await unverifiedList(source))?.shards ?? []).map(({ at }) => source.log(at));
}

async function unverifiedList(source: FamilySource): Promise<ShardList | undefined> {
  const note = await source.readList();
  try {
    return note === undefined ? undefined : parseShardList(parseNote(note).text);
  } catch (error) {
    if (error instanceof MerkleError) return undefined;
    throw error;
  }
}

/** A file, or where a witness shows what it cosigned last. */
async function readSeen(context: Context, name: string): Promise<SeenCheckpoint> {
  if (!isUrl(name)) return { name, note: readText(context, name) };
  return { name, note: (await call(context.fetch, { method: 'GET', url: new URL(name) })).text };
}
