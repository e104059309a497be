import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { namedWitness, quorum } from '#exchange/witness-set.js';
import { flush } from '#embedded/copy-durably.js';
import { parseVkey } from '#merkle/note-key.js';
import { readWitnessPolicy } from '#merkle/witness-policy.js';
import type { Home } from '../home/home.js';
import { departmentIds } from '../setup/plan.js';
import { POLICY, SEEN } from '../setup/witnesses.js';
import { newestPublished, type LogPlaces } from './newest-published.js';

const watched = z.object({ logs: z.array(z.object({ origin: z.string(), vkey: z.string() })) });
const policyFile = z.object({ quorum, witnesses: z.array(namedWitness.extend({ url: z.string() })) });

/**
 * To be called before the witnesses' records come back out of a backup, and before what was published does: such a record
 * does not say what was cosigned since, and a witness that goes on from it would cosign another history. Where the home
 * still has what was published of every log, all witnesses are told to continue that. Otherwise nobody knows what they must
 * continue, and their keys are set aside, so that the next start makes new ones. Gives the names of the keys set aside. Safe
 * to repeat after a restore that was killed.
 */
export async function settleWitnesses(home: Home, backup: string): Promise<readonly string[]> {
  const seen = await newestOfEveryLog(home, backup);
  if (seen === undefined) return setAside(home);
  const folder = join(home.witnesses, SEEN);
  mkdirSync(folder, { recursive: true });
  for (const [origin, note] of seen) {
    const file = join(folder, origin.replaceAll('/', '--'));
    writeFileSync(file, note);
    await flush(file);
  }
  return [];
}

/** By origin. Undefined unless there is one of each log. */
async function newestOfEveryLog(home: Home, backup: string): Promise<ReadonlyMap<string, string> | undefined> {
  const policy = read(join(home.witnesses, POLICY), policyFile);
  const [{ logs } = { logs: [] }] = departmentIds.flatMap(
    (id) => read(join(home.witnesses, `${id}.json`), watched) ?? [],
  );
  if (policy === undefined || logs.length === 0) return undefined;
  const notes = new Map<string, string>();
  for (const { origin, vkey } of logs) {
    const path = origin.slice(origin.indexOf('/') + 1);
    const places: LogPlaces = { home: join(home.ledger, path), backup: join(backup, 'ledger', path) };
    const note = await newestPublished(parseVkey(vkey), readWitnessPolicy(policy), places);
    if (note === undefined) return undefined;
    notes.set(origin, note);
  }
  return notes;
}

/**
 * The keys, and what an earlier restore left for those who had them: its continuation is lost. All is kept beside its place:
 * to destroy a key is for its owner, and a checkpoint is evidence.
 */
function setAside(home: Home): string[] {
  const names = departmentIds.map((id) => `witness-${id}`);
  const retired = names.filter((name) => retire(join(home.keys, `${name}.jwk.json`)));
  retire(join(home.witnesses, SEEN));
  return retired;
}

/** Whether it was there. */
function retire(path: string): boolean {
  if (!existsSync(path)) return false;
  rmSync(`${path}.retired`, { recursive: true, force: true });
  renameSync(path, `${path}.retired`);
  return true;
}

/** Undefined where the file is missing, or is another one than this version writes. */
function read<Schema extends z.ZodType>(file: string, schema: Schema): z.output<Schema> | undefined {
  return existsSync(file) ? schema.safeParse(JSON.parse(readFileSync(file, 'utf8'))).data : undefined;
}
