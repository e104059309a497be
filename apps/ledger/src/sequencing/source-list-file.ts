import type { SourceKeys } from '#events/source-check.js';
import { sourceKeys, sourceList } from '#events/source-keys.js';
import { loadYaml } from '#platform/config/load-yaml.js';

/** Whose events the ledger takes, as SOURCES_FILE (YAML or JSON) says now, and besides them its own. */
export class SourceListFile {
  private constructor(
    private readonly path: string,
    private readonly own: SourceKeys,
    private current: SourceKeys,
  ) {}

  /** Nobody else is whom `own` names, whatever the file says. Throws ConfigError for a file that cannot be used. */
  static open(path: string, own: SourceKeys): SourceListFile {
    return new SourceListFile(path, own, new Map([...read(path), ...own]));
  }

  get keys(): SourceKeys {
    return this.current;
  }

  /**
   * Reads the file again; true where it lists other keys than before. Rejects with ConfigError for one that cannot be used,
   * and then what it listed before goes on to count.
   */
  refresh(): Promise<boolean> {
    return Promise.resolve().then(() => {
      const next = new Map([...read(this.path), ...this.own]);
      const isChanged = textOf(next) !== textOf(this.current);
      this.current = next;
      return isChanged;
    });
  }
}

function read(path: string): SourceKeys {
  return sourceKeys(loadYaml(path, sourceList));
}

function textOf(keys: SourceKeys): string {
  return JSON.stringify(Array.from(keys, ([source, of]) => [source, ...of.keys()]));
}
