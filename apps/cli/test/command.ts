import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { generateSigningKey, privateJwk } from '#exchange/keys.js';
import { startPeer, type Received, type Reply } from '../../../libs/client/test/http-peer.js';
import { trustFileOfTests } from '../../../libs/client/test/evidence.js';
import { runCli } from '../src/run-cli.js';

export const NOW = new Date('2026-11-23T09:00:00.000Z');

/** A folder with the keys and the trust file that a demonstration has, and commands that run in it. */
export class Workplace implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'sluice-cli-'));
  readonly askingKey = generateSigningKey();
  readonly operatorKey = generateSigningKey();

  constructor(private readonly services = 'http://127.0.0.1:1') {
    this.write('home/keys/housing--eligibility.jwk.json', privateJwk(this.askingKey));
    this.write('home/keys/operator.jwk.json', privateJwk(this.operatorKey));
    this.write('home/trust.json', trustFileOfTests);
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  write(name: string, content: unknown): void {
    mkdirSync(dirname(this.path(name)), { recursive: true });
    writeFileSync(this.path(name), typeof content === 'string' ? content : JSON.stringify(content));
  }

  read(name: string): string {
    return readFileSync(this.path(name), 'utf8');
  }

  remove(name: string): void {
    rmSync(this.path(name), { recursive: true });
  }

  get variables(): Record<string, string> {
    return { SLUICE_HOME: this.path('home'), SLUICE_GATEWAY: this.services, SLUICE_LEDGER: this.services };
  }

  /** Runs a command line as main.ts does, in this process. */
  async run(
    args: readonly string[],
    { stdin = '', variables = {} }: { stdin?: string; variables?: Record<string, string> } = {},
  ) {
    const [out, err] = [new Written(), new Written()];
    const exitCode = await runCli(args, {
      variables: { ...this.variables, ...variables },
      root: this.folder,
      folder: this.folder,
      out,
      err,
      readStdin: () => Promise.resolve(stdin),
      fetch,
      now: () => NOW,
    });
    return { exitCode, out: out.text, err: err.text };
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true });
  }
}

class Written {
  text = '';

  write(text: string): void {
    this.text += text;
  }
}

/** A workplace whose gateway and ledger are one fake peer. */
export async function workplaceWith(answer: (request: Received) => Reply) {
  const peer = await startPeer(answer);
  const place = new Workplace(peer.url);
  return {
    peer,
    place,
    [Symbol.asyncDispose]: async () => {
      place[Symbol.dispose]();
      await peer[Symbol.asyncDispose]();
    },
  };
}
