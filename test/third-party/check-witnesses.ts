import { request } from 'undici';
import { waitUntil } from '#embedded/wait-until.js';
import { GoTools } from './go-tools.js';
import type { GoPrograms } from './go-programs.js';
import type { Report } from './report.js';
import type { RunningLog } from './running-log.js';

const PATIENCE_MS = 60_000;

/** A log that is none of ours asks a department's witness all that it may ask and may not. */
export function checkDepartment({ system: { foreignLog, department } }: RunningLog, report: Report): void {
  for (const { what, ...answer } of foreignLog.ask(department.url, department.vkey)) {
    report.answer(`a department’s witness answers to ${what}`, answer);
  }
}

/** A witness that is none of ours has cosigned all that was published, and nothing is published without it. */
export async function checkForeignWitness(log: RunningLog, programs: GoPrograms, report: Report): Promise<void> {
  const { asked, foreignWitness, system } = log.system;
  const alone = asked.witnesses.filter(({ name }) => name === foreignWitness.name);
  const tools = new GoTools(programs, log.vkey, { quorum: 1, witnesses: alone });
  const before = await log.checkpoint();
  report.expect('the checkpoint, which a foreign witness cosigned, says x/mod', tools.checkpoint(before), true);
  foreignWitness.pause();
  await system.ask();
  const isStuck = async () => {
    const { statusCode, body } = await request(`${system.ledgerUrl}/health/ready`);
    return (await body.text()).includes(foreignWitness.name) && statusCode === 503;
  };
  const says = await waitUntil(isStuck, PATIENCE_MS);
  const during = await log.checkpoint();
  report.answer('without the foreign witness the ledger says that it cannot publish', { ok: says, said: '' });
  report.answer('and shows what it showed before', { ok: during === before, said: '' });
  foreignWitness.resume();
  const grows = await waitUntil(async () => sizeOf(await log.checkpoint()) > sizeOf(before), PATIENCE_MS);
  report.answer('with the foreign witness the log goes on', { ok: grows, said: '' });
  report.expect('its new checkpoint, says x/mod', tools.checkpoint(await log.checkpoint()), true);
  // 409: by the specification whoever does not know how far a witness is asks and is told.
  const counts = Map.groupBy(foreignWitness.answers, (answer) => answer.split(' ')[0] ?? '');
  const said = [...counts].map(([status, some]) => `${some.length} times ${status}`).join(', ');
  const ok = counts.has('200') && [...counts.keys()].every((status) => status === '200' || status === '409');
  report.answer('the ledger asked the foreign witness nothing that it had to refuse', { ok, said });
}

function sizeOf(note: string): number {
  return Number(note.split('\n')[1]);
}
