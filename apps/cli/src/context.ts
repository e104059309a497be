import type { Fetch } from '#client/http-call.js';
import type { Settings } from './settings.js';
import type { Terminal } from './terminal.js';

/** What every command is given. Nothing reads the process but main.ts. */
export interface Context {
  readonly terminal: Terminal;
  readonly settings: Settings;
  /** What relative paths start from. */
  readonly folder: string;
  readonly readStdin: () => Promise<string>;
  readonly fetch: Fetch;
  readonly now: () => Date;
}
