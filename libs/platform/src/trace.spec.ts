import { childTraceparent, traceIdOf } from './trace.js';

const PARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00';

it('stays in the trace and keeps its flags, as a span of its own', () => {
  const child = childTraceparent(PARENT);
  expect(child).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-[0-9a-f]{16}-00$/);
  expect(child).not.toBe(PARENT);
  expect(traceIdOf(child)).toBe('0af7651916cd43dd8448eb211c80319c');
});

it.each([undefined, '', 'rubbish', '00-00000000000000000000000000000000-b7ad6b7169203331-01'])(
  'begins a trace where the parent is %p',
  (parent) => {
    expect(childTraceparent(parent)).toMatch(/^00-(?!0{32})[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  },
);
