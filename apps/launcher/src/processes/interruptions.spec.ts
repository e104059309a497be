import { Interruptions } from './interruptions.js';

const settled = async (promise: Promise<unknown>) =>
  Promise.race([promise.then(() => true), new Promise((resolve) => setImmediate(resolve, false))]);

let now = 0;
let interruptions: Interruptions;

beforeEach(() => {
  now = 0;
  interruptions = new Interruptions(() => now);
});

afterEach(() => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.removeAllListeners(signal);
});

it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('is told by %s', async (signal) => {
  const next = interruptions.next();
  expect(await settled(next)).toBe(false);
  process.emit(signal);
  expect(await settled(next)).toBe(true);
});

it('takes for one what the terminal sends and what is passed on to it', async () => {
  const first = interruptions.next();
  process.emit('SIGINT');
  expect(await settled(first)).toBe(true);
  const second = interruptions.next();
  now = 200;
  process.emit('SIGINT');
  now = 900;
  process.emit('SIGTERM');
  expect(await settled(second)).toBe(false);
});

it('takes what comes later for another', async () => {
  process.emit('SIGINT');
  const second = interruptions.next();
  now = 1_000;
  process.emit('SIGINT');
  expect(await settled(second)).toBe(true);
});
