import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LauncherError } from '../launcher-error.js';

/** Where everything of one installation lies. */
export interface Home {
  readonly folder: string;
  readonly postgres: string;
  readonly keys: string;
  readonly ledger: string;
  /** Who witnesses the ledger: what it and the adapters are told. */
  readonly witnesses: string;
  readonly logs: string;
  /** Notes of the processes that run. */
  readonly run: string;
  /** Files of the departments that keep files. */
  readonly sources: string;
  readonly secrets: string;
  readonly trust: string;
  readonly lock: string;
}

const MARK = 'sluice-home';

export function homeAt(folder: string): Home {
  return {
    folder,
    postgres: join(folder, 'postgres'),
    keys: join(folder, 'keys'),
    ledger: join(folder, 'ledger'),
    witnesses: join(folder, 'witnesses'),
    logs: join(folder, 'logs'),
    run: join(folder, 'run'),
    sources: join(folder, 'sources'),
    secrets: join(folder, 'secrets.json'),
    trust: join(folder, 'trust.json'),
    lock: join(folder, 'launcher.lock'),
  };
}

/** Makes the folders. Throws HOME_FOREIGN for a folder that holds something else: a reset would remove it. */
export function openHome(folder: string): Home {
  const home = homeAt(folder);
  if (!isHome(folder)) {
    if (existsSync(folder) && readdirSync(folder).length > 0) {
      throw new LauncherError(
        'HOME_FOREIGN',
        `${folder} is not empty and no home of Sluice. Choose another folder with --home or SLUICE_HOME.`,
      );
    }
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, MARK), '1\n');
  }
  // The keys are private; the others hold nothing that a login on this machine does not give anyway.
  mkdirSync(home.keys, { recursive: true, mode: 0o700 });
  for (const path of [home.ledger, home.logs, home.run, home.sources]) mkdirSync(path, { recursive: true });
  return home;
}

/** Whether the folder was made by `openHome`: only then may it be removed. */
export function isHome(folder: string): boolean {
  return existsSync(join(folder, MARK));
}
