import { openCheckpoint } from '#merkle/open-checkpoint.js';
import { keysOfWitnesses, readWitnessPolicy } from '#merkle/witness-policy.js';
import { cosignatureDamages } from './cosignature-damages.js';
import type { GoTools, Verdict } from './go-tools.js';
import type { Report } from './report.js';
import type { RunningLog } from './running-log.js';

/** Something that is signed, and who can say whether all of the witnesses cosigned it. */
interface Cosigned {
  readonly what: string;
  readonly signed: string;
  readonly judges: Readonly<Record<string, (signed: string) => Verdict>>;
}

/** The cosignatures of what is published and of what is handed out. Two programs that are not ours must agree with us. */
export async function checkCosignatures(log: RunningLog, tools: GoTools, root: GoTools, report: Report): Promise<void> {
  const { decision, release } = log.receipt;
  if (release === undefined) throw new Error('the receipt has no release');
  const { text, proof } = await log.entry(log.size - 1);
  const note = checkpoint('the checkpoint', await log.checkpoint(), tools, log);
  const receipt = inclusion('the receipt’s decision', decision.proof, decision.entry, tools, log);
  const rootNote = await (await fetch(`${log.root.url}checkpoint`)).text();
  const whole = [
    note,
    receipt,
    inclusion('the receipt’s release', release.proof, release.entry, tools, log),
    inclusion('the newest entry', proof, text, tools, log),
    checkpoint('the root log’s checkpoint', rootNote, root),
  ];
  for (const one of whole) expectOf(one, `${one.what} with all its cosignatures`, one.signed, true, report);
  const names = log.system.asked.witnesses.map(({ name }) => name);
  for (const damage of cosignatureDamages(names, log.olderCheckpoint.toString())) {
    for (const one of [note, receipt]) {
      expectOf(one, `${one.what} with ${damage.name}`, damage.apply(one.signed), false, report);
    }
  }
}

function expectOf({ judges }: Cosigned, what: string, signed: string, isExpected: boolean, report: Report): void {
  for (const [who, judge] of Object.entries(judges)) report.expect(`${what}, says ${who}`, judge(signed), isExpected);
}

/** `log`: whose trust Sluice has in it; nobody is asked for Sluice's own word where it is left out. */
function checkpoint(what: string, signed: string, tools: GoTools, log?: RunningLog): Cosigned {
  const others = {
    'x/mod': (text: string) => tools.checkpoint(text),
    'transparency-dev/formats': (text: string) => tools.checkpoint(text, 'formats'),
  };
  return { what, signed, judges: log === undefined ? others : { ...others, Sluice: (text) => own(text, log) } };
}

function inclusion(what: string, signed: string, entry: string, tools: GoTools, log: RunningLog): Cosigned {
  return {
    what,
    signed,
    judges: {
      'x/mod': (text) => tools.proof(text, entry),
      'transparency-dev/formats': (text) => tools.proof(text, entry, 'formats'),
      Sluice: (text) => own(text.slice(text.indexOf('\n\n') + 2), log),
    },
  };
}

function own(note: string, { key, system }: RunningLog): Verdict {
  const policy = readWitnessPolicy(system.asked);
  try {
    const trust = { log: key, witnesses: keysOfWitnesses(policy), quorum: policy.quorum };
    return { accepted: true, said: `${openCheckpoint(note, trust).size} entries` };
  } catch (error) {
    return { accepted: false, said: error instanceof Error ? error.message : String(error) };
  }
}
