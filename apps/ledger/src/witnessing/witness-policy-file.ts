import { z } from 'zod';
import { namedWitness, quorum, type NamedWitness } from '#exchange/witness-set.js';
import { faultsOfPolicy, readWitnessPolicy, type Witness, type WitnessPolicy } from '#merkle/witness-policy.js';
import { loadYaml } from '#platform/config/load-yaml.js';
import { httpUrl } from '#platform/config/urls.js';

/** Which witnesses are asked to cosign, and how many must before a checkpoint is published (YAML or JSON). */
const witnessPolicyFile = z
  .strictObject({
    quorum,
    /** `url`: the submission prefix of C2SP tlog-witness, below which `add-checkpoint` is. */
    witnesses: z.array(namedWitness.extend({ url: httpUrl })).max(100),
  })
  .superRefine((policy, context) => {
    for (const { path, error } of faultsOfPolicy(policy)) {
      context.addIssue({ code: 'custom', path: [...path], message: error.message });
    }
  });

export interface AskedWitness {
  readonly witness: Witness;
  readonly url: string;
  /** As the file has it: what verifiers are given. */
  readonly text: NamedWitness;
}

export interface AskedWitnesses {
  readonly policy: WitnessPolicy;
  readonly witnesses: readonly AskedWitness[];
}

/** A ledger that asks nobody, and publishes what it signs. */
export const NO_WITNESSES: AskedWitnesses = { policy: { quorum: 0, witnesses: [] }, witnesses: [] };

/** Throws ConfigError for a file that cannot be used, for keys that are none and for a quorum that cannot be met. */
export function readWitnessPolicyFile(path: string): AskedWitnesses {
  const file = loadYaml(path, witnessPolicyFile);
  const policy = readWitnessPolicy(file);
  const witnesses = policy.witnesses.flatMap((witness, at) => asked(witness, file.witnesses[at]));
  return { policy, witnesses };
}

function asked(witness: Witness, one: (NamedWitness & { readonly url: string }) | undefined): AskedWitness[] {
  if (one === undefined) return [];
  const { url, ...text } = one;
  return [{ witness, url, text }];
}
