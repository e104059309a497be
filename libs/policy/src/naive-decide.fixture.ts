import { canonicalJson, sha256 } from '#exchange/commitment.js';
import { operators, type Operator } from '#exchange/exchange-request.js';
import type { Transform } from '#privacy/transform.js';
import type { Agreement } from './agreement.js';
import type { AccessRequest, Decision } from './decision.js';

/** A decision's bones. */
export interface Outcome {
  /** `permit`, or the reason for the denial. */
  readonly outcome: string;
  readonly agreements: readonly string[];
  readonly policy?: string | undefined;
  readonly granted?: unknown;
}

export function outcomeOf(decision: Decision): Outcome {
  const agreements = decision.agreements.map(({ id }) => id);
  if (decision.outcome === 'deny') return { outcome: decision.reason, agreements, policy: decision.policy };
  const { filters, ...others } = decision.obligations;
  const granted = {
    ...others,
    filters: Object.fromEntries(Object.entries(filters).map(([field, ops]) => [field, ops.toSorted()])),
    quotas: decision.quotas.map(({ agreement, limit, per }) => `${agreement.id}: ${limit} a ${per}`),
  };
  return { outcome: 'permit', agreements, policy: decision.policy, granted };
}

const REASONS = ['AGREEMENT_NOT_LIVE', 'PURPOSE_NOT_AGREED', 'BASIS_NOT_AGREED'];

/**
 * The rules as prose has them, one after the other, over sets and without a thought of speed: which agreements there are,
 * which of them cover the request, what all of those make of each field that the request names.
 */
export function naiveDecide(request: AccessRequest, all: readonly Agreement[], now: Date): Outcome {
  const between = all
    .filter(({ consumer, resource }) => consumer === request.consumer && resource === request.resource)
    .toSorted((a, b) => a.id.localeCompare(b.id));
  if (between.length === 0) return { outcome: 'NO_AGREEMENT', agreements: [], policy: undefined };
  const isWithdrawn = ({ withdrawnFrom }: Agreement) => withdrawnFrom !== undefined && now >= new Date(withdrawnFrom);
  const failuresOf = (one: Agreement) => {
    const live = now >= new Date(one.validFrom) && now < new Date(one.validUntil) && !isWithdrawn(one);
    const purposeful = new Set(one.purposes).has(request.purpose);
    const based = new Set(one.bases.map(canonicalJson)).has(canonicalJson(request.basis));
    return REASONS.filter((_, index) => ![live, purposeful, based][index]);
  };
  const granting = between.filter((one) => failuresOf(one).length === 0);
  const binding = between.filter(
    (one) => isWithdrawn(one) && failuresOf({ ...one, withdrawnFrom: undefined }).length === 0,
  );
  if (granting.length > 0)
    return naiveGrant(
      request,
      between.filter((one) => [...granting, ...binding].includes(one)),
    );
  const fewest = between.map((one) => failuresOf(one).length).toSorted()[0];
  const close = between.filter((one) => failuresOf(one).length === fewest);
  const [reason] = close.flatMap((one) => failuresOf(one).slice(0, 1)).toSorted(byReason);
  return concluded(
    String(reason),
    close.filter((one) => failuresOf(one)[0] === reason),
  );
}

function byReason(a: string, b: string): number {
  return REASONS.indexOf(a) - REASONS.indexOf(b);
}

function concluded(outcome: string, agreements: readonly Agreement[], granted?: unknown): Outcome {
  const decided = { outcome, agreements: agreements.map(({ id }) => id), policy: sha256(canonicalJson(agreements)) };
  return granted === undefined ? decided : { ...decided, granted };
}

function naiveGrant(request: AccessRequest, group: readonly Agreement[]): Outcome {
  const transformOf = (field: string) => naiveTransform(group.map(({ fields }) => fields[field]?.transform));
  const inPart = ['truncate', 'truncate-text', 'generalise'];
  const grants = ({ fields }: Agreement, field: string, op: Operator) =>
    !inPart.includes(String(fields[field]?.transform.kind)) &&
    (fields[field]?.filter ?? (fields[field]?.transform.kind === 'clear' ? operators : [])).includes(op);
  if (request.select.some((field) => transformOf(field).kind === 'omit')) return concluded('FIELD_NOT_AGREED', group);
  const filtersFine = request.where.every(({ field, op }) => group.every((one) => grants(one, field, op)));
  const orderFine = request.orderBy.every(({ field }) => transformOf(field).kind === 'clear');
  if (!filtersFine || !orderFine) return concluded('FILTER_NOT_AGREED', group);
  const required = [...new Set(group.flatMap(({ requires }) => Object.keys(requires ?? {})))];
  const mostOf = (field: string) => Math.min(...group.flatMap(({ requires }) => requires?.[field] ?? []));
  const namedBy = (name: string) =>
    request.where
      .filter(({ field, op }) => field === name && ['eq', 'in'].includes(op))
      .map(({ value }) => [value].flat());
  if (required.some((field) => !namedBy(field).some((values) => values.length <= mostOf(field)))) {
    return concluded('FILTER_REQUIRED', group);
  }
  const named = [...request.select, ...request.orderBy.map(({ field }) => field)];
  const filtered = new Set(request.where.map(({ field }) => field));
  const operatorsOn = (name: string) => request.where.filter(({ field }) => field === name).map(({ op }) => op);
  return concluded('permit', group, {
    fields: Object.fromEntries(named.map((field) => [field, transformOf(field)])),
    filters: Object.fromEntries([...filtered].map((field) => [field, [...new Set(operatorsOn(field))].toSorted()])),
    rows: group.flatMap(({ rows }) => rows),
    ...(required.length > 0 && { requires: Object.fromEntries(required.map((field) => [field, mostOf(field)])) }),
    maxRows: group.map(({ maxRows }) => maxRows).toSorted((a, b) => a - b)[0],
    quotas: group.flatMap(({ id, quota }) => (quota === undefined ? [] : [`${id}: ${quota.limit} a ${quota.per}`])),
  });
}

/** All at once rather than in pairs. A field that one agreement does not name is as good as omitted. */
function naiveTransform(all: readonly (Transform | undefined)[]): Transform {
  const hiding = all.map((one) => one ?? { kind: 'omit' as const }).filter(({ kind }) => kind !== 'clear');
  const parameter = (name: string) =>
    hiding.flatMap((one) => Object.entries(one)).flatMap(([key, value]) => (key === name ? [Number(value)] : []));
  const least = (name: string) => Math.min(...parameter(name));
  switch ([...new Set(hiding.map(({ kind }) => kind))].toSorted().join(' and ')) {
    case '':
      return { kind: 'clear' };
    case 'pseudonymise':
      return { kind: 'pseudonymise' };
    case 'mask':
      return naiveMask(hiding, least('keepStart'), least('keepEnd'));
    case 'truncate-text':
      return { kind: 'truncate-text', characters: least('characters') };
    case 'truncate':
      return { kind: 'truncate', to: hiding.some((one) => 'to' in one && one.to === 'year') ? 'year' : 'month' };
    case 'generalise': {
      const multiples = Array.from({ length: 100 }, (_, index) => index + 1);
      const step = multiples.find((width) => parameter('step').every((each) => width % each === 0));
      return { kind: 'generalise', step: Number(step) };
    }
    default:
      return { kind: 'omit' };
  }
}

/** Every length is tried: what is shown of a value is what each mask shows of it. */
function naiveMask(masks: readonly Transform[], keepStart: number, keepEnd: number): Transform {
  const hides = (one: Transform, length: number) =>
    one.kind === 'mask' && ((one.keepStart + one.keepEnd) * 3 > length * 2 || length < (one.wholeBelow ?? 0));
  const own: Transform = { kind: 'mask', keepStart, keepEnd };
  const lengths = Array.from({ length: 301 }, (_, index) => index);
  const shownFrom = (all: readonly Transform[]) =>
    lengths.find((length) => !all.some((one) => hides(one, length))) ?? Infinity;
  const wholeBelow = shownFrom(masks);
  return keepStart + keepEnd > 0 && wholeBelow > shownFrom([own]) ? { ...own, wholeBelow } : own;
}
