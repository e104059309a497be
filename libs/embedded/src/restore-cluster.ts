import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { copyDurably } from './copy-durably.js';
import { passwordFile, placeData } from './data-place.js';
import { EmbeddedError } from './embedded-error.js';
import { serverAccount } from './server-account.js';

/**
 * Puts a base backup where `startPostgres` finds it: the next start recovers it. Moved into its place at the end, so that a
 * restore that is killed leaves nothing half. Throws DATA_THERE where a server's data are already. Give the password file of
 * the server that was backed up: the backup holds its passwords.
 */
export async function restoreCluster(backup: string, backedUpPassword: string, wanted: string): Promise<void> {
  const account = serverAccount();
  const dataDir = placeData(wanted, account);
  if (existsSync(dataDir)) {
    throw new EmbeddedError(
      'DATA_THERE',
      `There is a database in ${dataDir} already. Nothing is overwritten: move it away first, and keep it until all is well.`,
    );
  }
  const building = `${dataDir}.building-${String(process.pid)}`;
  rmSync(building, { recursive: true, force: true });
  await copyDurably(backup, building, { owner: account });
  writeFileSync(passwordFile(wanted), readFileSync(backedUpPassword), { mode: 0o600 });
  renameSync(building, dataDir);
}
