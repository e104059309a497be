import { setTimeout as pause } from 'node:timers/promises';
import { startPostgres, type PostgresServer } from '#embedded/postgres-server.js';
import { withClient } from '#embedded/service-database.js';
import type { Home } from '../home/home.js';
import { LauncherError } from '../launcher-error.js';

/** The PostgreSQL of this installation: the embedded one, or one that somebody else runs. */
export interface DatabaseServer {
  readonly adminUrl: string;
  stop(): Promise<void>;
  /** At once. Nothing that was committed is lost. */
  kill(): void;
}

/** Somebody else's: reached, and otherwise left alone. */
export async function useServer(adminUrl: string): Promise<DatabaseServer> {
  try {
    await withClient(adminUrl, (client) => client.query('select 1'));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new LauncherError('SERVICE_FAILED', `the PostgreSQL that DATABASE_URL names cannot be used: ${reason}`);
  }
  return { adminUrl, stop: () => Promise.resolve(), kill: () => undefined };
}

/** The embedded one: started, and started again if it ends before it is told to. */
export class EmbeddedServer implements DatabaseServer {
  private stopping = false;

  private constructor(
    private server: PostgresServer,
    private readonly home: Home,
    private readonly say: (line: string) => void,
  ) {
    void this.watch();
  }

  static async start(home: Home, port: number, say: (line: string) => void): Promise<EmbeddedServer> {
    return new EmbeddedServer(await startPostgres({ dataDir: home.postgres, port, say }), home, say);
  }

  get adminUrl(): string {
    return this.server.adminUrl;
  }

  async stop(): Promise<void> {
    this.stopping = true;
    await this.server.stop();
  }

  kill(): void {
    this.stopping = true;
    process.kill(this.server.pid, 'SIGQUIT');
  }

  private async watch(): Promise<void> {
    for (let wait = 500; ; wait = Math.min(wait * 2, 30_000)) {
      await this.server.exited;
      if (this.isStopping()) return;
      this.say(`PostgreSQL ended; started again. Its log: ${this.home.postgres}.log`);
      await this.restart(wait);
    }
  }

  private async restart(wait: number): Promise<void> {
    try {
      this.server = await startPostgres({ dataDir: this.home.postgres, port: this.server.port, say: this.say });
      if (this.isStopping()) await this.server.stop();
    } catch (error) {
      this.say(error instanceof Error ? error.message : String(error));
      await pause(wait);
    }
  }

  private isStopping(): boolean {
    return this.stopping;
  }
}
