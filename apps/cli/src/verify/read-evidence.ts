import { anyEvidence, type EvidenceFile } from '#client/evidence-file.js';
import { CliError } from '../cli-error.js';
import type { Context } from '../context.js';
import { readText } from '../named-file.js';

/** Throws CliError where the file is not there, or holds no evidence. */
export function readEvidence(context: Context, file: string): EvidenceFile {
  const result = anyEvidence.safeParse(parse(readText(context, file), file));
  if (result.success) return result.data;
  const issues = result.error.issues.map(({ path, message }) => `${file}: ${path.join('.') || '(file)'}: ${message}`);
  throw new CliError('USAGE', `${file}: not a receipt\n${issues.join('\n')}`);
}

function parse(text: string, file: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new CliError('USAGE', `${file}: not JSON`, { cause });
  }
}
