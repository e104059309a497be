import type { KeyObject } from 'node:crypto';
import { isRealDate, toUtc } from './calendar.js';
import { formatDecimal, parseDecimal, rangeOf } from './decimal.js';
import type { FieldType, Value } from './field-type.js';
import { fits } from './fits.js';
import { maskText } from './mask.js';
import { PrivacyError } from './privacy-error.js';
import { pseudonym } from './pseudonym.js';
import type { Transform } from './transform.js';

export interface TransformContext {
  /** Of pseudonymKey(), for this consumer, purpose and epoch. */
  readonly pseudonymKey: KeyObject;
}

/**
 * What is released in place of the value, which is written as its type demands: see field-type. `null` stays null, since
 * that a fact is not known is no fact about it. Throws PrivacyError and releases nothing where the field is to be omitted,
 * the transform is not for the type, or the value is not of it.
 */
export function applyTransform(value: Value, type: FieldType, transform: Transform, context: TransformContext): Value {
  if (transform.kind === 'clear') return value;
  if (transform.kind === 'omit') throw new PrivacyError('FIELD_OMITTED', 'the field is never released');
  if (!fits(transform, type)) throw new PrivacyError('TRANSFORM_UNFIT', `${transform.kind} of ${type}`);
  if (value === null) return null;
  const text = canonicalText(value, type);
  switch (transform.kind) {
    case 'mask':
      return maskText(text, transform);
    case 'truncate-text':
      return Array.from(text).slice(0, transform.characters).join('');
    case 'truncate':
      return text.slice(0, transform.to === 'year' ? 'YYYY'.length : 'YYYY-MM'.length);
    case 'generalise':
      return generalise(text, transform.step);
    case 'pseudonymise':
      return pseudonym(context.pseudonymKey, text);
  }
}

/** One text for each value: 1.50 and 1.5 are one decimal, 08:00+08:00 and 00:00Z one instant. */
function canonicalText(value: string | number | boolean, type: FieldType): string {
  const text = textOf(value, type);
  if (text === undefined) throw new PrivacyError('VALUE_UNFIT', `the value is no ${type}`);
  return text;
}

function textOf(value: string | number | boolean, type: FieldType): string | undefined {
  if (type === 'integer') return integerText(value);
  if (typeof value !== 'string') return undefined;
  switch (type) {
    case 'decimal': {
      const decimal = parseDecimal(value);
      return decimal && formatDecimal(decimal);
    }
    case 'date':
      return isRealDate(value) ? value : undefined;
    case 'timestamp':
      return toUtc(value);
    case 'string':
      return value;
    case 'boolean':
      return undefined;
  }
}

function integerText(value: string | number | boolean): string | undefined {
  if (typeof value === 'number' && !Number.isSafeInteger(value)) return undefined;
  const whole = parseDecimal(String(value));
  return whole?.scale === 0 ? formatDecimal(whole) : undefined;
}

function generalise(text: string, step: number): string {
  const [value, width] = [parseDecimal(text), parseDecimal(String(step))];
  if (value === undefined || width === undefined) throw new PrivacyError('TRANSFORM_UNFIT', 'the step is no decimal');
  const { from, until } = rangeOf(value, width);
  return `[${formatDecimal(from)},${formatDecimal(until)})`;
}
