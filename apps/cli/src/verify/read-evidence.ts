import { anyEvidence, type EvidenceFile } from '#client/evidence-file.js';
import { CliError } from '../cli-error.js';
import type { Context } from '../context.js';
import { readText } from '../named-file.js';

/** Throws CliError where the file is not there, or holds no evidence. */
export function readEvidence(context: Context, file: string): EvidenceFile {
  const result = anyEvidence.safeParse(parse(readText(context, file), file));
  if (result.success) return result.data;
  const issues = result.error.issues.map(({ path, message }) => `${file}: ${path.join('.') || '(file)'}: ${message}`);
  const places = issues.join('\n');
  throw new CliError('USAGE', { en: `${file}: not a receipt\n${places}`, zh: `${file}：不是凭证\n${places}` });
}

function parse(text: string, file: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new CliError('USAGE', { en: `${file}: not JSON`, zh: `${file}：不是 JSON` }, { cause });
  }
}
