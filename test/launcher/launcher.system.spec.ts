import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { LedgerClient } from '#client/ledger-client.js';
import { isAlive } from '#embedded/postmaster.js';
import { waitUntil } from '#embedded/wait-until.js';
import { ALauncher, reset, servicesOf } from './a-launcher.js';

jest.setTimeout(300_000);

const folder = mkdtempSync(join(tmpdir(), 'sluice-launcher-'));
const home = join(folder, 'home');
const PORTS = 19_700;
const ledger = new LedgerClient({ ledger: `http://127.0.0.1:${PORTS + 1}` });
let started: ALauncher[] = [];

function start(...flags: readonly string[]): ALauncher {
  const launcher = new ALauncher(home, PORTS, ...flags);
  started.push(launcher);
  return launcher;
}

// A test that failed half-way leaves its launcher to no other test.
afterEach(async () => {
  for (const launcher of started) launcher.signal('SIGTERM');
  await Promise.all(started.map(({ exited }) => exited));
  started = [];
});

afterAll(async () => {
  await reset(home);
  rmSync(folder, { recursive: true, force: true });
});

async function entriesInLog(): Promise<number> {
  return (await ledger.shards()).reduce((sum, { size }) => sum + size, 0);
}

it('does the sample task on a first start, verifies it, stops everything and says that it is well', async () => {
  const launcher = start('--once');
  expect([await launcher.exited, launcher.output]).toEqual([
    0,
    expect.stringContaining('all 11 came out as they should'),
  ]);
  expect(readdirSync(join(home, 'run'))).toEqual([]);
  expect(readdirSync(join(home, 'receipts'))).toHaveLength(11);
});

it('finds yesterday’s records, starts again what is killed, and refuses a second launcher on its home', async () => {
  const launcher = start('--no-sample');
  await launcher.untilItSays('Try in another terminal');
  expect(await entriesInLog()).toBeGreaterThan(20);

  const second = start();
  expect(await second.exited).toBe(1);
  expect(second.output).toMatch(/already runs from .* \(pid \d+\)/);

  process.kill(servicesOf(home).get('adapter-population')!, 'SIGKILL');
  await launcher.untilItSays('adapter-population was ended by SIGKILL');
  await launcher.untilItSays('adapter-population is ready again');

  const pids = [...servicesOf(home).values()];
  launcher.signal('SIGTERM');
  expect(await launcher.exited).toBe(0);
  expect([pids.length, pids.filter(isAlive)]).toEqual([6, []]);
});

it('leaves no service behind when it is killed, and takes its database over at the next start', async () => {
  const killed = start('--no-sample');
  await killed.untilItSays('Try in another terminal');
  const pids = [...servicesOf(home).values()];
  killed.signal('SIGKILL');
  await killed.exited;
  expect(await waitUntil(() => !pids.some(isAlive), 30_000)).toBe(true);

  const next = start('--once');
  expect([await next.exited, next.output]).toEqual([
    0,
    expect.stringContaining('PostgreSQL of an earlier start still runs'),
  ]);
});

it('names whoever holds a port, and the way out', async () => {
  const stranger = createServer();
  await new Promise<void>((resolve, reject) => {
    stranger.once('error', reject).listen(PORTS + 1, '127.0.0.1', resolve);
  });
  const launcher = start('--once');
  expect(await launcher.exited).toBe(1);
  expect(launcher.output).toMatch(/Port 19701, which ledger needs, is held by .*--port-base 20700/s);
  await new Promise((resolve) => stranger.close(resolve));
});

it('ends in order when it is interrupted half-way', async () => {
  const launcher = start('--once');
  await launcher.untilItSays('starting the gateway');
  launcher.signal('SIGINT');
  expect(await launcher.exited).toBe(130);
  expect(readdirSync(join(home, 'run'))).toEqual([]);
});

it('is gone after a reset', async () => {
  expect(await reset(home)).toBe(0);
  expect(existsSync(home)).toBe(false);
});
