import type { KeyObject } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { subjectHandle, subjectKey, type SubjectScope } from '#privacy/subject-handle.js';

/**
 * By what a service finds the records of a person again, so that they can be destroyed. Handles are keyed by the asking
 * department and the purpose; which such pairs there were is kept, and nothing of whom they were about.
 */
export class SubjectIndex {
  private readonly keys = new Map<string, Promise<KeyObject>>();

  /** `secret`: 32 bytes or more, the same for all processes of a service and for as long as it keeps records. */
  constructor(
    private readonly database: Pick<DataSource, 'query'>,
    private readonly secret: Uint8Array,
  ) {}

  /** The handles of the values, each once. Rejects where a new scope cannot be stored: its records would not be found. */
  async handlesOf(scope: SubjectScope, values: Iterable<string | number | boolean>): Promise<readonly string[]> {
    const distinct = new Set(values);
    if (distinct.size === 0) return [];
    const key = await this.keyOf(scope);
    return [...new Set([...distinct].map((value) => subjectHandle(key, value)))];
  }

  /** Every handle that the subject may have in this service. */
  async everyHandleOf(subject: string): Promise<readonly string[]> {
    const scopes = await this.database.query<SubjectScope[]>('SELECT department, purpose FROM subject_scope');
    return scopes.map((scope) => subjectHandle(subjectKey(this.secret, scope), subject));
  }

  private keyOf(scope: SubjectScope): Promise<KeyObject> {
    const name = `${scope.department} ${scope.purpose}`;
    const known = this.keys.get(name);
    if (known !== undefined) return known;
    const key = this.store(scope);
    this.keys.set(name, key);
    key.catch(() => this.keys.delete(name));
    return key;
  }

  private async store(scope: SubjectScope): Promise<KeyObject> {
    await this.database.query(
      'INSERT INTO subject_scope (department, purpose) VALUES ($1, $2) ON CONFLICT DO NOTHING',
      [scope.department, scope.purpose],
    );
    return subjectKey(this.secret, scope);
  }
}
