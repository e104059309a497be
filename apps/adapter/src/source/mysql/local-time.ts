const FRACTION = /\.([0-9]+)Z$/;

/** An instant, RFC 3339 in UTC, as a time without a zone at `utcOffset`: a literal with an offset is not MariaDB's. */
export function localTime(utc: string, utcOffset: string): string {
  const [hours = 0, minutes = 0] = utcOffset.slice(1).split(':').map(Number);
  const minutesAhead = (hours * 60 + minutes) * (utcOffset.startsWith('-') ? -1 : 1);
  const fraction = FRACTION.exec(utc)?.[1];
  // Whole seconds go through Date, which has no more than milliseconds; the fraction goes around it.
  const shifted = new Date(Date.parse(`${utc.slice(0, 19)}Z`) + minutesAhead * 60_000).toISOString();
  return `${shifted.slice(0, 10)} ${shifted.slice(11, 19)}${fraction === undefined ? '' : `.${fraction}`}`;
}
