import type { Obligations } from '#exchange/obligations.js';
import type { Resource } from '#policy/resource.js';
import { applyTransform, type TransformContext } from '#privacy/apply-transform.js';
import type { Value } from '#privacy/field-type.js';
import { transformOf } from '../query/check-obligations.js';
import type { SourceRow } from '../source/source.js';

export interface Selection {
  readonly resource: Resource;
  /** What the caller selected. */
  readonly select: readonly string[];
  readonly obligations: Obligations;
  /** How the rows' values are placed. */
  readonly columns: readonly string[];
}

/**
 * The answer's bytes: what is selected of each row, transformed as the decision obliges. Canonical JSON (RFC 8785), for
 * which it is enough that members are put in the order of their names, which are ASCII, and that texts are well-formed.
 */
export function releasedBytes(
  rows: readonly SourceRow[],
  next: string | undefined,
  selection: Selection,
  context: TransformContext,
): Buffer {
  const members = membersOf(selection);
  const released = rows.map((row) => {
    const named: Record<string, Value> = {};
    for (const { name, index, type, transform } of members) {
      named[name] = applyTransform(row[index] ?? null, type, transform, context);
    }
    return named;
  });
  return Buffer.from(JSON.stringify(next === undefined ? { rows: released } : { next, rows: released }), 'utf8');
}

function membersOf({ resource, select, obligations, columns }: Selection) {
  return select.toSorted().map((name) => {
    const transform = transformOf(obligations, name);
    const field = resource.fields[name];
    if (transform === undefined || field === undefined) throw new RangeError(`${name} is not granted`);
    return { name, index: columns.indexOf(name), type: field.type, transform };
  });
}
