import { execFile, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Availability } from './describe-where.js';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];
/** Only end what hangs. */
const [VERSION_MS, PAGE_MS] = [20_000, 50_000];

export function chromiumAvailability(): Availability {
  if (executable() !== undefined) return { available: true };
  return { available: false, reason: `none of ${NAMES.join(', ')} is on the PATH and runs` };
}

/** Asked for its version: some systems have, by such a name, a script that only says how a browser is installed. */
function executable(): string | undefined {
  return NAMES.find((name) => {
    try {
      return /\d+\.\d+/.test(execFileSync(name, ['--version'], { timeout: VERSION_MS, stdio: 'pipe' }).toString());
    } catch {
      return false;
    }
  });
}

/**
 * What the expression, a promise of a text, comes to in a page of a headless browser that has run the script. The page comes
 * over HTTP from 127.0.0.1. The promise must need no timer and no network: the browser is gone when the page has loaded.
 * Rejects with what the browser said where the page gave no text.
 */
export async function inChromium(script: string, expression: string): Promise<string> {
  const browser = executable();
  if (browser === undefined) throw new Error('there is no browser');
  const profile = await mkdtemp(join(tmpdir(), 'sluice-chromium-'));
  const server = servePage(script, expression);
  try {
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    const { stdout, stderr } = await promisify(execFile)(
      browser,
      [...flagsFor(profile), '--dump-dom', `http://127.0.0.1:${port}/`],
      { timeout: PAGE_MS, killSignal: 'SIGKILL', maxBuffer: 64 * 1024 * 1024 },
    );
    const [, given] = /<output>(.*)<\/output>/s.exec(stdout) ?? [];
    if (given === undefined)
      throw new Error(`the page gave nothing:\n${stdout.slice(-2_000)}\n${stderr.slice(-2_000)}`);
    return decodeURIComponent(given);
  } finally {
    server.close();
    server.closeAllConnections();
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Without its sandbox it runs as root too; what it loads is ours. */
function flagsFor(profile: string): string[] {
  const quiet = ['--no-first-run', '--disable-background-networking', '--disable-component-update'];
  const small = ['--disable-gpu', '--disable-dev-shm-usage'];
  return ['--headless=new', '--no-sandbox', `--user-data-dir=${profile}`, ...quiet, ...small];
}

function servePage(script: string, expression: string): Server {
  const tell = `(text) => {
    const output = document.createElement('output');
    output.textContent = encodeURIComponent(text);
    document.documentElement.append(output);
  }`;
  const files = new Map([
    ['/', '<!doctype html><meta charset="utf-8"><script src="/script.js"></script>'],
    ['/script.js', `${script}\n(${expression}).then(${tell});`],
  ]);
  return createServer(({ url = '' }, response) => {
    const body = files.get(url);
    response.writeHead(body === undefined ? 404 : 200, {
      'content-type': url === '/' ? 'text/html' : 'text/javascript',
    });
    response.end(body);
  });
}
