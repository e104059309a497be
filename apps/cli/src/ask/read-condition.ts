import type { Condition, Scalar } from '#exchange/exchange-request.js';
import type { FieldType, Resource } from '#policy/resource.js';
import { CliError } from '../cli-error.js';

const signs = { '=': 'eq', '<': 'lt', '<=': 'lte', '>': 'gt', '>=': 'gte' } as const;
const bySign = /^\s*([a-z][a-z0-9_]*)\s*(<=|>=|=|<|>)(.*)$/s;
const byWord = /^\s*([a-z][a-z0-9_]*)\s+(in|between|prefix)\s+(.*)$/s;

/** Reads `field=value` and its like. The field's type says what the value is; without a type it is text. */
export function readCondition(text: string, fields: Resource['fields']): Condition {
  const [, signField, sign, signValue = ''] = bySign.exec(text) ?? [];
  if (signField !== undefined) {
    return {
      field: signField,
      op: signs[sign as keyof typeof signs],
      value: typed(signValue.trim(), fields[signField]?.type),
    };
  }
  const [, field, op, rest = ''] = byWord.exec(text) ?? [];
  if (field === undefined)
    throw new CliError('USAGE', {
      en: `--where: cannot read '${text}': write 'field=value' or 'field in a,b'`,
      zh: `--where：无法解析“${text}”：请写作 '字段=值' 或 '字段 in a,b'`,
    });
  if (op === 'prefix') return { field, op, value: rest.trim() };
  const values = rest.split(',').map((one) => typed(one.trim(), fields[field]?.type));
  return op === 'in' ? { field, op, value: values } : { field, op: 'between', value: pair(values, text) };
}

function pair([from, to, ...more]: readonly Scalar[], text: string): [Scalar, Scalar] {
  if (from === undefined || to === undefined || more.length > 0) {
    throw new CliError('USAGE', {
      en: `--where: '${text}': between needs two values`,
      zh: `--where：“${text}”：between 需要两个值`,
    });
  }
  return [from, to];
}

function typed(text: string, type: FieldType | undefined): Scalar {
  if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true';
  // Past 2^53 a number would be another number: such an integer is written as text.
  if (type === 'integer' && /^-?\d+$/.test(text) && Number.isSafeInteger(Number(text))) return Number(text);
  return text;
}
