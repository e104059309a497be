import { z } from 'zod';

const TEN_MINUTES_MS = 600_000;

/** A whole number from 1 to `most`. */
export const count = (fallback: number, most: number) => z.coerce.number().int().min(1).max(most).default(fallback);

/** A time in milliseconds, ten minutes at the most unless said otherwise. */
export const milliseconds = (fallback: number, most = TEN_MINUTES_MS) => count(fallback, most);

/** One or more with commas between, and blanks around them or not. `what`: says to who sets it what each is. */
export const commaList = (each: RegExp, what: string) =>
  z
    .string()
    .transform((text) => text.split(',').map((one) => one.trim()))
    .pipe(z.array(z.string().regex(each, `${what}, with commas between`)).min(1));
