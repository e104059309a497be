import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { z } from 'zod';

const LINES = 8;
const LINE_LENGTH = 300;
/** Enough for the last lines, however large the log has grown. */
const TAIL_BYTES = 64 * 1024;

const logLine = z.object({
  level: z.number(),
  msg: z.string().default(''),
  err: z.object({ message: z.string() }).optional(),
});

/** The end of what was written to the log after its first `from` bytes, for people: the errors' stacks are left out. */
export function lastLines(file: string, from = 0): string {
  const lines = tail(file, from).trimEnd().split('\n').slice(-LINES);
  return lines.map((line) => `  ${inWords(line).slice(0, LINE_LENGTH)}`).join('\n');
}

function tail(file: string, from: number): string {
  const { size } = statSync(file);
  const start = Math.max(from, size - TAIL_BYTES);
  const bytes = Buffer.alloc(Math.max(0, size - start));
  const descriptor = openSync(file, 'r');
  try {
    return bytes.toString('utf8', 0, readSync(descriptor, bytes, 0, bytes.length, start));
  } finally {
    closeSync(descriptor);
  }
}

/** A service's line is JSON of pino; anything else is printed as it is. */
function inWords(line: string): string {
  const read = logLine.safeParse(parse(line));
  if (!read.success) return line;
  const { msg, err } = read.data;
  return [msg, err?.message].filter((part) => part !== undefined && part !== '').join(': ');
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return undefined;
  }
}
