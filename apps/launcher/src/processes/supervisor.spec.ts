import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '#embedded/port-holder.js';
import { isAlive } from '#embedded/postmaster.js';
import { waitUntil } from '#embedded/wait-until.js';
import { openHome, type Home } from '../home/home.js';
import { lockHome } from './launcher-lock.js';
import { stopLeftovers } from './leftovers.js';
import { commandLineOf, runningNotes, writeNote } from './process-note.js';
import type { ServiceDefinition } from './service-process.js';
import { Supervisor } from './supervisor.js';

/** A service as small as can be: ready at once, ends when told to, and as BEHAVIOUR says. */
const SERVICE = `
import { createServer } from 'node:http';
if (process.env.BEHAVIOUR === 'fails') { console.log('no database'); process.exit(3); }
process.on('SIGTERM', () => { console.log('stopped in order'); process.exit(0); });
process.on('disconnect', () => process.exit(0));
createServer((request, response) => {
  if (request.url === '/crash') process.exit(7);
  response.end('{}');
}).listen(Number(process.env.PORT), '127.0.0.1');
`;

let home: Home;
let supervisor: Supervisor;
let said: string[];

beforeEach(() => {
  home = openHome(mkdtempSync(join(tmpdir(), 'sluice-supervisor-')));
  writeFileSync(join(home.folder, 'service.mjs'), SERVICE);
  said = [];
  supervisor = new Supervisor(home, { say: (line) => said.push(line), pauseMs: 10 });
});

afterEach(async () => {
  await supervisor.stop([]);
  rmSync(home.folder, { recursive: true });
});

async function aService(name: string, behaviour = 'works'): Promise<ServiceDefinition> {
  const port = String(await freePort());
  return {
    name,
    script: join(home.folder, 'service.mjs'),
    url: `http://127.0.0.1:${port}`,
    environment: { PORT: port, BEHAVIOUR: behaviour },
    nodeFlags: ['--max-old-space-size=64'],
  };
}

const logOf = (name: string) => readFileSync(join(home.logs, `${name}.log`), 'utf8');

it('is started when every service says that it is ready', async () => {
  const services = [await aService('gateway'), await aService('ledger')];
  await supervisor.start(services);
  for (const { url } of services) expect((await fetch(`${url}/health/ready`)).ok).toBe(true);
});

it('says which service failed to start, and the end of its log', async () => {
  const started = supervisor.start([await aService('gateway'), await aService('ledger', 'fails')]);
  await expect(started).rejects.toThrow(/^ledger: ended with status 3\. The end of .*ledger\.log:\n {2}no database$/);
});

it('starts a service again that ended, and says so', async () => {
  const gateway = await aService('gateway');
  await supervisor.start([gateway]);
  await expect(fetch(`${gateway.url}/crash`)).rejects.toThrow();
  expect(await waitUntil(() => said.includes('gateway is ready again'), 20_000)).toBe(true);
  expect(said[0]).toMatch(/^gateway ended with status 7; started again in 0\.01 s/);
  expect((await fetch(gateway.url)).ok).toBe(true);
});

it('stops in the order that is asked for, letting each finish, and leaves no note behind', async () => {
  await supervisor.start([await aService('gateway'), await aService('ledger')]);
  const pids = runningNotes(home.run).map(({ pid }) => pid);
  expect(pids).toHaveLength(2);
  await supervisor.stop([['gateway'], ['ledger']]);
  expect(logOf('gateway')).toContain('stopped in order');
  expect(pids.filter(isAlive)).toEqual([]);
  expect(existsSync(join(home.run, 'gateway.json'))).toBe(false);
  expect(said).toEqual([]);
});

it('ends what a killed launcher left running, and nothing that merely has its pid', async () => {
  const gateway = await aService('gateway');
  await supervisor.start([gateway]);
  writeNote(join(home.run, 'stranger.json'), { pid: process.pid, script: '/no/such/script.js' });
  const stopped: string[] = [];
  await stopLeftovers(home, (line) => stopped.push(line));
  expect(stopped).toEqual([expect.stringMatching(/^stopping gateway \(pid \d+\) of an earlier start$/)]);
});

it('does not share its home with another launcher, but takes over from one that is gone', () => {
  writeNote(home.lock, { pid: process.ppid, script: commandLineOf(process.ppid)! });
  expect(() => lockHome(home, 'launcher')).toThrow(/already runs .*--port-base 9800/s);
  writeNote(home.lock, { pid: process.ppid, script: 'no such launcher' });
  const release = lockHome(home, 'launcher');
  release();
  expect(existsSync(home.lock)).toBe(false);
});

it('refuses a folder that holds something else', () => {
  const foreign = mkdtempSync(join(tmpdir(), 'sluice-foreign-'));
  writeFileSync(join(foreign, 'thesis.txt'), 'irreplaceable');
  expect(() => openHome(foreign)).toThrow(/not empty and no home of Sluice/);
  rmSync(foreign, { recursive: true });
});
