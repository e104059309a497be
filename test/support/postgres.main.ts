import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '#embedded/postgres-server.js';

/**
 * Starts a server on an empty temporary folder and prints where it is, as JSON. A program of its own, because Jest loads a
 * global set-up as CommonJS, which the sources are not. The server outlives this program.
 */
const folder = mkdtempSync(join(tmpdir(), 'sluice-test-'));
chmodSync(folder, 0o711);
const server = await startPostgres({ dataDir: join(folder, 'postgres'), port: 0, maxConnections: 200 });
process.stdout.write(JSON.stringify({ folder, pid: server.pid, dataDir: server.dataDir, adminUrl: server.adminUrl }));
