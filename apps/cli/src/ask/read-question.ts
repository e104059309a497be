import type { SluiceClient } from '#client/sluice-client.js';
import { z } from 'zod';
import { requestMembers, type ExchangeRequestInput } from '#exchange/exchange-request.js';
import { forwardIssues } from '#platform/config/forward-issues.js';
import { parseYaml } from '#platform/config/load-yaml.js';
import type { Resource } from '#policy/resource.js';
import { CliError } from '../cli-error.js';
import type { Context } from '../context.js';
import { readText } from '../named-file.js';
import { resourceOf, toQuestion, type QuestionFlags } from './question.js';
import { readCondition } from './read-condition.js';

/** What a file may say of a question: any part of it, and all that it says is right. Left as it is written. */
const questionFile = z.unknown().superRefine((written, context) => {
  const { error } = requestMembers.partial().safeParse(written ?? {});
  if (error !== undefined) forwardIssues(error, context, written);
});

/** The question of file and options together. Where a condition was typed, the catalogue says what its value is. */
export async function readQuestion(
  context: Context,
  client: SluiceClient,
  file: string | undefined,
  flags: QuestionFlags,
): Promise<ExchangeRequestInput> {
  if (file === undefined && flags.resource === undefined) {
    throw new CliError('USAGE', {
      en: 'what is asked? Give a file, or --resource and --select. See: sluice ask --help',
      zh: '要查询什么？请给出问题文件，或 --resource 与 --select。参见：sluice ask --help',
    });
  }
  const fromFile = file === undefined ? {} : await readFile(context, file);
  const resource = resourceOf(fromFile, flags);
  const fields = flags.where.length === 0 ? {} : await fieldsOf(client, resource);
  const conditions = flags.where.map((text) => readCondition(text, fields));
  return toQuestion(fromFile, flags, conditions);
}

async function readFile(context: Context, file: string): Promise<unknown> {
  const text = file === '-' ? await context.readStdin() : readText(context, file);
  return parseYaml(text, file === '-' ? 'standard input' : file, questionFile);
}

/** None where the catalogue does not show the resource: whoever asks for it is told so by the gateway. */
async function fieldsOf(client: SluiceClient, id: string | undefined): Promise<Resource['fields']> {
  for await (const resource of client.catalogue()) {
    if (resource.id === id) return resource.fields;
  }
  return {};
}
