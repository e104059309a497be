import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/** What `postgres.main.ts` prints. */
export interface TestServer {
  readonly folder: string;
  readonly pid: number;
  readonly dataDir: string;
  readonly adminUrl: string;
}

/** One real PostgreSQL for all database tests of a run, as safe on disk as the one that `npm start` runs. */
export default function startTestServer(): void {
  const flags = [
    '--conditions=source',
    '--import',
    './test/support/source-hooks.mjs',
    '--disable-warning=ExperimentalWarning',
  ];
  const answer = execFileSync(process.execPath, [...flags, join('test', 'support', 'postgres.main.ts')], {
    cwd: join(__dirname, '..', '..'),
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  // Workers inherit the environment; the teardown runs in this process.
  process.env.SLUICE_TEST_POSTGRES = answer;
}
