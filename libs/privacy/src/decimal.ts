/** An exact decimal: `units` x 10^-`scale`. No floats: 0.1 has no float, and money must not change. */
export interface Decimal {
  readonly units: bigint;
  readonly scale: number;
}

const plain = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?$/;

/** Reads plain notation. Nothing for exponents, leading zeros, `+`, or a number that JSON had to round. */
export function parseDecimal(text: string): Decimal | undefined {
  if (!plain.test(text)) return undefined;
  const point = text.indexOf('.');
  return { units: BigInt(text.replace('.', '')), scale: point === -1 ? 0 : text.length - point - 1 };
}

/** The one shortest form: no trailing zeros, no `-0`. Equal decimals give equal text. */
export function formatDecimal({ units, scale }: Decimal): string {
  const digits = (units < 0n ? -units : units).toString().padStart(scale + 1, '0');
  const whole = digits.slice(0, digits.length - scale);
  const fraction = digits.slice(digits.length - scale).replace(/0+$/, '');
  return `${units < 0n ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}

export function unitsAt(value: Decimal, scale: number): bigint {
  return value.units * 10n ** BigInt(scale - value.scale);
}

/** Negative, zero or positive, as a sort wants it. */
export function compareDecimals(a: Decimal, b: Decimal): number {
  const scale = Math.max(a.scale, b.scale);
  const difference = unitsAt(a, scale) - unitsAt(b, scale);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** The greatest multiple of `step` that is not above `value`, and the next one. `step` is positive. */
export function rangeOf(value: Decimal, step: Decimal): { readonly from: Decimal; readonly until: Decimal } {
  const scale = Math.max(value.scale, step.scale);
  const width = unitsAt(step, scale);
  const units = unitsAt(value, scale);
  const remainder = units % width;
  const from = units - (remainder < 0n ? remainder + width : remainder);
  return { from: { units: from, scale }, until: { units: from + width, scale } };
}

export function leastCommonMultiple(a: Decimal, b: Decimal): Decimal {
  const scale = Math.max(a.scale, b.scale);
  const [x, y] = [unitsAt(a, scale), unitsAt(b, scale)];
  return { units: (x / greatestCommonDivisor(x, y)) * y, scale };
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  return b === 0n ? a : greatestCommonDivisor(b, a % b);
}
