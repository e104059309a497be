import { Turns } from './turns.js';

const patient = new AbortController().signal;

/** A task that runs until it is told to end. */
function aTask() {
  const started = Promise.withResolvers<undefined>();
  const ended = Promise.withResolvers<undefined>();
  const task = () => {
    started.resolve(undefined);
    return ended.promise;
  };
  return { task, started: started.promise, end: ended.resolve, fail: ended.reject };
}

it('runs as many at once as it may, and the next when one ends', async () => {
  const turns = new Turns(2, 10);
  const [a, b, c] = [aTask(), aTask(), aTask()];
  let isThirdRunning = false;
  void c.started.then(() => (isThirdRunning = true));
  const runs = [a, b, c].map(({ task }) => turns.run(patient, task));
  await Promise.all([a.started, b.started]);
  expect([isThirdRunning, turns.load]).toEqual([false, 3]);
  a.end(undefined);
  await c.started;
  b.end(undefined);
  c.end(undefined);
  await Promise.all(runs);
  expect(turns.load).toBe(0);
});

it('gives the turn on where a task fails', async () => {
  const turns = new Turns(1, 1);
  const [a, b] = [aTask(), aTask()];
  const failing = turns.run(patient, a.task);
  const next = turns.run(patient, b.task);
  a.fail(new Error('broken'));
  await expect(failing).rejects.toThrow('broken');
  await b.started;
  b.end(undefined);
  await next;
});

it('refuses at once what would have to wait in a full line', async () => {
  const turns = new Turns(1, 0);
  const a = aTask();
  const running = turns.run(patient, a.task);
  await expect(turns.run(patient, aTask().task)).rejects.toMatchObject({ code: 'SOURCE_UNAVAILABLE' });
  a.end(undefined);
  await running;
});

it('forgets who gives up while waiting, and only those', async () => {
  const turns = new Turns(1, 2);
  const [a, b, c] = [aTask(), aTask(), aTask()];
  const impatient = new AbortController();
  const running = turns.run(patient, a.task);
  const given = turns.run(impatient.signal, b.task);
  const waiting = turns.run(patient, c.task);
  impatient.abort();
  await expect(given).rejects.toMatchObject({ code: 'SOURCE_TIMEOUT' });
  a.end(undefined);
  await c.started;
  c.end(undefined);
  await Promise.all([running, waiting]);
  expect(turns.load).toBe(0);
});
