import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { exchangeRequest } from '#exchange/exchange-request.js';
import { systemId } from '#exchange/names.js';
import { problemCode } from '#exchange/problem.js';
import { AgreementIndex } from './agreement-index.js';
import { agreement } from './agreement.js';
import { checkRequest } from './check-request.js';
import { decide } from './decide.js';
import { resource } from './resource.js';

const asked = z.record(z.string(), z.unknown());
const expectation = z.discriminatedUnion('outcome', [
  z.looseObject({ outcome: z.literal('permit'), reason: z.never().optional() }),
  z.looseObject({ outcome: z.literal('deny'), reason: problemCode }),
]);
const caseFile = z.strictObject({
  rule: z.string(),
  now: z.iso.datetime({ offset: true }),
  request: asked,
  cases: z
    .array(
      z.strictObject({
        title: z.string(),
        now: z.iso.datetime({ offset: true }).optional(),
        /** What is asked otherwise than in the file's request. */
        asks: asked.default({}),
        /** Members that are not named may be anything. */
        expect: expectation,
      }),
    )
    .min(1),
});
const registryFile = z.strictObject({ resources: z.array(resource), agreements: z.array(agreement) });

const folder = new URL('./cases/', import.meta.url);
const read = (name: string): unknown => parse(readFileSync(new URL(name, folder), 'utf8'));
const registry = registryFile.parse(read('registry.yaml'));
const index = new AgreementIndex(registry.resources, registry.agreements);
const files = readdirSync(folder)
  .filter((name) => name.endsWith('.yaml') && name !== 'registry.yaml')
  .map((name) => caseFile.parse(read(name)));

it('has a registry that is right in itself', () => {
  expect(index.invalid).toEqual([]);
});

describe.each(files)('$rule', ({ now, request, cases }) => {
  it.each(cases)('$title', ({ now: at = now, asks, expect: expected }) => {
    const { consumer, ...question } = { ...request, ...asks };
    const access = { ...exchangeRequest.parse(question), consumer: systemId.parse(consumer) };
    const asked = registry.resources.find(({ id }) => id === access.resource)!;
    expect(checkRequest(asked, access)).toEqual([]);
    const decision = decide(access, asked, index.agreementsFor(access.consumer, asked.id), new Date(at));
    expect(decision).toMatchObject(expected);
  });
});
