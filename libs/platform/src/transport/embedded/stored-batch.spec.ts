import { toPart } from './stored-batch.js';

it.each<unknown>([null, undefined, 'text', 7, {}, [], { zstd: 'AAAA' }])(
  'is one malformed message, and nobody’s word, where the job is %j and has no batch',
  (job) => {
    const raw = Buffer.from(JSON.stringify(job ?? null));
    const part = toPart(undefined, job);
    expect(part).not.toHaveProperty('proof');
    expect(part.bytes).toEqual(raw);
    expect(part.unpack()).toEqual([{ raw, malformed: 'no CloudEvents batch' }]);
  },
);

it('is one malformed message of no bytes where the job is nested too deeply to be written', () => {
  const deep = JSON.parse('['.repeat(9_000) + ']'.repeat(9_000)) as unknown;
  const raw = new Uint8Array();
  const { bytes, unpack } = toPart(undefined, deep);
  expect({ bytes, messages: unpack() }).toEqual({ bytes: raw, messages: [{ raw, malformed: 'no CloudEvents batch' }] });
});
