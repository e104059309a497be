import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { inventCity } from './city.js';
import { inventInsurance } from './insurance.js';
import { fillPopulationRegister, POPULATION_SCHEMA } from './population-register.js';
import { inventProperty } from './property.js';
import { seededRandom } from './random.js';
import { writeTitles, writeTransfers } from './real-estate-register.js';
import { fillSocialSecurity, SOCIAL_SECURITY_SCHEMA } from './social-security-register.js';
import { prepareSource } from './source-database.js';

export const RESIDENTS = 20_000;
/** A new one where what is invented, or the shape that it is stored in, changes. */
export const CITY_VERSION = `city-1/${String(RESIDENTS)}`;
const SEED = 330_100;

export interface Credentials {
  readonly role: string;
  readonly password: string;
}

export interface SourcePlaces {
  readonly adminUrl: string;
  /** Where social security has a server of its own. */
  readonly socialSecurityAdminUrl?: string | undefined;
  /** Of the owners and readers of the two databases. */
  readonly accounts: Readonly<
    Record<'populationOwner' | 'populationReader' | 'socialSecurityOwner' | 'socialSecurityReader', Credentials>
  >;
  /** Folder of the departments that keep files. */
  readonly folder: string;
}

export interface SeededSources {
  readonly populationUrl: string;
  readonly socialSecurityUrl: string;
}

/** The four departments' own data. Safe to repeat: what is there is left alone. The city is invented only where needed. */
export async function seedSources(places: SourcePlaces, say: (line: string) => void): Promise<SeededSources> {
  let invented: ReturnType<typeof inventAll> | undefined;
  const city = (): ReturnType<typeof inventAll> => {
    if (invented === undefined) say(`inventing a city of ${RESIDENTS.toLocaleString('en')} people`);
    return (invented ??= inventAll());
  };
  const { accounts } = places;
  const population = await prepareSource(places.adminUrl, {
    database: 'source_population',
    owner: accounts.populationOwner,
    reader: accounts.populationReader,
    version: CITY_VERSION,
    schema: POPULATION_SCHEMA,
    fill: (client) => fillPopulationRegister(client, city().people),
  });
  if (population.filled) say('filled the population register (PostgreSQL)');
  const socialSecurity = await prepareSource(places.socialSecurityAdminUrl ?? places.adminUrl, {
    database: 'source_social_security',
    owner: accounts.socialSecurityOwner,
    reader: accounts.socialSecurityReader,
    version: CITY_VERSION,
    schema: SOCIAL_SECURITY_SCHEMA,
    fill: (client) => fillSocialSecurity(client, city().insurance),
  });
  if (socialSecurity.filled) say('filled social security (a second PostgreSQL database)');
  await seedFiles(places.folder, () => city().property, say);
  return { populationUrl: population.url, socialSecurityUrl: socialSecurity.url };
}

/** Of the two departments that keep files. */
export async function seedFiles(
  folder: string,
  property: () => ReturnType<typeof inventProperty>,
  say: (line: string) => void,
): Promise<void> {
  await once(join(folder, 'real-estate'), async (own) => {
    const { titles, transfers } = property();
    await writeTitles(join(own, 'titles.parquet'), titles);
    writeTransfers(join(own, 'transfers.csv'), transfers);
    say('wrote the real-estate register (Parquet and CSV)');
  });
  await once(join(folder, 'transport'), (own) => {
    copyFileSync(wildlifeStrikes(), join(own, 'birdstrikes.csv'));
    say('copied the wildlife-strike register (CSV)');
  });
}

function inventAll() {
  const random = seededRandom(SEED);
  const { people, districts } = inventCity(random, RESIDENTS);
  const insurance = inventInsurance(random, people);
  return { people, insurance, property: inventProperty(random, people, districts) };
}

/** Fills a new folder and then puts it in its place: a half-written one is never taken for whole. */
async function once(folder: string, fill: (folder: string) => Promise<void> | void): Promise<void> {
  const stamp = join(folder, '.version');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === CITY_VERSION) return;
  const partial = `${folder}.partial`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  await fill(partial);
  writeFileSync(join(partial, '.version'), CITY_VERSION);
  rmSync(folder, { recursive: true, force: true });
  renameSync(partial, folder);
}

/** 10,000 reports to the FAA's Wildlife Strike Database: public data of the U.S. government. */
function wildlifeStrikes(): string {
  return join(dirname(createRequire(import.meta.url).resolve('vega-datasets')), '..', 'data', 'birdstrikes.csv');
}
