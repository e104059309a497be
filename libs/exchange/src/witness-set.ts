import { z } from 'zod';

const time = z.iso.datetime({ offset: true });

/** A witness as trust files and policies name it. Whether its keys are keys is for whoever uses them to check. */
export const namedWitness = z.strictObject({
  /** The name in its cosignatures: a URL without scheme. */
  name: z.string().min(1).max(200),
  /** Verifier keys of algorithm 0x04 (C2SP signed-note), each with the time in which its cosignatures count. */
  keys: z
    .array(z.strictObject({ vkey: z.string().max(500), from: time.optional(), until: time.optional() }))
    .min(1)
    .max(64),
});
export type NamedWitness = z.output<typeof namedWitness>;

/** How many witnesses must have cosigned a checkpoint, each counted once. */
export const quorum = z.int().min(0).max(100);
