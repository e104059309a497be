import type { LoggedEntry } from '../support/published-entries.js';
import { UnpairedRecords } from './unpaired-records.js';

const entry = (type: string, id: string, outcome?: string): LoggedEntry => ({
  ...{ index: 0, type, id, text: '' },
  content: outcome === undefined ? {} : { outcome },
});

it('has what the log has one side of, in whichever order it comes', () => {
  const records = new UnpairedRecords();
  records.log([
    entry('access.released.v1', 'answered'),
    entry('access.decided.v1', 'answered', 'permit'),
    entry('access.decided.v1', 'failed', 'permit'),
    entry('access.decided.v1', 'denied', 'deny'),
    entry('access.decided.v1', 'open', 'permit'),
    entry('registry.changed.v1', 'other'),
  ]);
  records.log([entry('access.failed.v1', 'failed'), entry('access.released.v1', 'lone')]);
  expect(records.all).toEqual({ permits: new Set(['open']), releases: new Set(['lone']) });
});
