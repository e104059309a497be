import { parseArgs } from 'node:util';
import { z } from 'zod';

export const USAGE = `npm run torture -- --rounds N     kill -9 at random moments over a whole system under load, and count

  --rounds N                    rounds in all (30); each kills one process or several
  --transport embedded|kafka    on one transport alone; otherwise half of the rounds on each that this machine can run
  --seed S                      who is killed when: the same seed plans the same rounds, as far as the same
                                processes are up (the time, unless given)
  --json FILE                   the report, for programs
  --help                        this text

Ctrl-C: the round under way is the last, and what was done is counted.
Ends with 0 where nothing was lost, nothing came twice and there is one history; with 1 and the faults otherwise.`;

const wanted = z.object({
  rounds: z.coerce.number().int().min(1).max(1_000_000).default(30),
  transport: z.enum(['embedded', 'kafka']).optional(),
  seed: z.coerce
    .number()
    .int()
    .min(0)
    .max(2 ** 32 - 1)
    .optional(),
  json: z.string().min(1).optional(),
  help: z.boolean().default(false),
});
export type TortureArguments = z.output<typeof wanted>;

const flags = {
  rounds: { type: 'string' },
  transport: { type: 'string' },
  seed: { type: 'string' },
  json: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** Throws an Error that says what is wrong. */
export function readTortureArguments(args: readonly string[]): TortureArguments {
  const read = wanted.safeParse(parseArgs({ args: [...args], options: flags }).values);
  if (!read.success) throw new Error(`${z.prettifyError(read.error)}\n\n${USAGE}`);
  return read.data;
}
