/** The demo's today. Fixed, so that the city and every answer about it stay the same. */
export const AS_OF = { year: 2026, month: 10 } as const;

/** YYYY-MM-DD. Days past 28 are avoided rather than reckoned with. */
export function day(year: number, month: number, dayOfMonth: number): string {
  return [year, String(month).padStart(2, '0'), String(dayOfMonth).padStart(2, '0')].join('-');
}

/** A month as social security writes it: 202610. */
export type YearMonth = number;

export function yearMonth(months: number): YearMonth {
  return Math.floor(months / 12) * 100 + (months % 12) + 1;
}

/** Months since year 0. */
export function monthsOf(year: number, month: number): number {
  return year * 12 + month - 1;
}
