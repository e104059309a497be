const date = /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/;
const timestamp =
  /^[0-9]{4}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,9})?(Z|[+-](0[0-9]|1[0-4]):[0-5][0-9])$/;

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;
const MINUTE = 60_000;
/** No clock is further from UTC, and databases refuse what is. */
const FURTHEST_OFFSET = 14 * 60 * MINUTE;

/** YYYY-MM-DD of a day that exists, in the years 1 to 9999: databases have no year 0. */
export function isRealDate(text: string): boolean {
  if (!date.test(text)) return false;
  const [year, month, day] = [Number(text.slice(0, 4)), Number(text.slice(5, 7)), Number(text.slice(8))];
  const leap = month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return year >= 1 && day >= 1 && day <= (DAYS[month - 1] ?? 0) + (leap ? 1 : 0);
}

/**
 * A timestamp of RFC 3339 (capital T and Z, up to nine digits of a second, no leap second) as the same instant in UTC, in
 * the one shortest form: equal instants give equal text, and up to its `Z` the text of a later one is greater. Nothing
 * where it is no such timestamp or leaves the years 1 to 9999.
 */
export function toUtc(text: string): string | undefined {
  if (!timestamp.test(text) || !isRealDate(text.slice(0, 10))) return undefined;
  const zoneAt = text.endsWith('Z') ? text.length - 1 : text.length - '+08:00'.length;
  const offset = offsetOf(text.slice(zoneAt));
  if (Math.abs(offset) > FURTHEST_OFFSET) return undefined;
  const seconds = 'YYYY-MM-DDTHH:MM:SS'.length;
  const utc = new Date(Date.parse(`${text.slice(0, seconds)}Z`) - offset).toISOString();
  if (!isRealDate(utc.slice(0, 10))) return undefined;
  return `${utc.slice(0, seconds)}${text.slice(seconds, zoneAt).replace(/\.?0*$/, '')}Z`;
}

/** Milliseconds that local clocks of the zone are ahead of UTC. */
function offsetOf(zone: string): number {
  if (zone === 'Z') return 0;
  const distance = (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4))) * MINUTE;
  return zone.startsWith('-') ? -distance : distance;
}
