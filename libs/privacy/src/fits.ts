import type { FieldType } from './field-type.js';
import type { Transform } from './transform.js';

/**
 * Whether the transform means something for the type, and hides something. Two that would not: a pseudonym of a boolean,
 * which anyone reads off two values, and the range of width 1 of an integer.
 */
export function fits(transform: Transform, type: FieldType): boolean {
  switch (transform.kind) {
    case 'clear':
    case 'omit':
      return true;
    case 'mask':
    case 'truncate-text':
      return type === 'string';
    case 'truncate':
      return type === 'date' || type === 'timestamp';
    case 'generalise':
      return type === 'decimal' || (type === 'integer' && Number.isInteger(transform.step) && transform.step > 1);
    case 'pseudonymise':
      return type !== 'boolean';
  }
}
