import { Nudge } from './nudge.js';

const LONG_MS = 60_000;
const { signal } = new AbortController();

describe('a nudge', () => {
  it('ends the pause that it finds', async () => {
    const nudge = new Nudge();
    const pause = nudge.wait(LONG_MS, signal);
    nudge.give();
    await expect(pause).resolves.toBeUndefined();
  });

  it('that came before the pause leaves none', async () => {
    const nudge = new Nudge();
    nudge.give();
    await expect(nudge.wait(LONG_MS, signal)).resolves.toBeUndefined();
  });

  it('that is forgotten does not end the next pause', async () => {
    const nudge = new Nudge();
    nudge.give();
    nudge.forget();
    const before = performance.now();
    await nudge.wait(30, signal);
    expect(performance.now() - before).toBeGreaterThanOrEqual(29);
  });

  it('is not needed when the service closes', async () => {
    const closing = new AbortController();
    const pause = new Nudge().wait(LONG_MS, closing.signal);
    closing.abort();
    await expect(pause).resolves.toBeUndefined();
    await expect(new Nudge().wait(LONG_MS, closing.signal)).resolves.toBeUndefined();
  });
});
