import { sentEvent as event } from '../sent-event.fixture.js';
import { toBatch } from '../event-batch.js';
import { fromJob, toJob } from './job.js';

const json = (value: unknown) => JSON.parse(JSON.stringify(value)) as unknown;

it('arrives as it was sent, compressed or, as earlier releases wrote it, not', () => {
  for (const job of [toJob([event]), toBatch([event])]) {
    expect(fromJob(json(job))).toEqual([{ event, raw: event.data }]);
  }
});

it.each<unknown>([null, undefined, 'text', 7, {}, [], { zstd: 7 }, { ...toJob([event]), more: 1 }])(
  'is one malformed message where the job is %j',
  (job) => {
    const raw = Buffer.from(JSON.stringify(job ?? null));
    expect(fromJob(job)).toEqual([{ raw, malformed: 'no CloudEvents batch' }]);
  },
);

it('is one malformed message where it has another frame, of which it keeps the bytes', () => {
  expect(fromJob({ zstd: 'AAAA' })).toEqual([{ raw: Buffer.alloc(3), malformed: 'no CloudEvents batch' }]);
});
