import { Client, type ClientConfig } from 'pg';

/**
 * A connection whose end ends nobody else. Between the pool, which listens to those that are idle, and whoever is handed one
 * lies a moment in which nobody does, and Node ends the process for an error that nobody listens to. Who has it is told by
 * his next statement, which is rejected, and the pool takes none back that has broken.
 */
export class LosableClient extends Client {
  constructor(config?: string | ClientConfig) {
    super(config);
    this.on('error', () => undefined);
  }
}
