import type { SluiceEvent } from '#events/contract.js';

/** With all attributes that an event can have, and data that would change if it was parsed and written again. */
export const sentEvent: SluiceEvent = {
  id: '0198f3b2-7c5e-8d11-9a30-2f1c6d7e8f90',
  type: 'access.failed.v1',
  source: 'adapter/population',
  time: '2026-11-23T08:00:00.000Z',
  key: '0198f3b2-7c5e-8d11-9a30-2f1c6d7e8f90',
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  data: Buffer.from('{"a":"\u516c\u79df\u623f","b":1e+21}'),
};
