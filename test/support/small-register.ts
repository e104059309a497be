import { inventCity } from '../../apps/launcher/src/demo/city.js';
import type { Person } from '../../apps/launcher/src/demo/people.js';
import { fillPopulationRegister, POPULATION_SCHEMA } from '../../apps/launcher/src/demo/population-register.js';
import { seededRandom } from '../../apps/launcher/src/demo/random.js';
import { inventInsurance } from '../../apps/launcher/src/demo/insurance.js';
import { inventProperty } from '../../apps/launcher/src/demo/property.js';
import { seedFiles } from '../../apps/launcher/src/demo/seed-sources.js';
import { fillSocialSecurity, SOCIAL_SECURITY_SCHEMA } from '../../apps/launcher/src/demo/social-security-register.js';
import { prepareSource } from '../../apps/launcher/src/demo/source-database.js';

export const SOURCE_DATABASE = 'source_population';
const RESIDENTS = 40;

/** The demo's population register with a few people, the examples among them. */
export interface SmallRegister {
  /** As its reader connects. */
  readonly url: string;
  readonly people: readonly Person[];
}

export async function createSmallRegister(adminUrl: string, password: string): Promise<SmallRegister> {
  const { people } = inventCity(seededRandom(1), RESIDENTS);
  const { url } = await prepareSource(adminUrl, {
    database: SOURCE_DATABASE,
    owner: { role: 'population_owner', password },
    reader: { role: 'population_reader', password },
    version: `small/${RESIDENTS}`,
    schema: POPULATION_SCHEMA,
    fill: (client) => fillPopulationRegister(client, people),
  });
  return { url, people };
}

/** What the other three departments of the demo have of the same few people. Returns social security's URL. */
export async function createOtherSources(adminUrl: string, password: string, folder: string): Promise<string> {
  const random = seededRandom(1);
  const { people, districts } = inventCity(random, RESIDENTS);
  const insurance = inventInsurance(random, people);
  await seedFiles(
    folder,
    () => inventProperty(random, people, districts),
    () => undefined,
  );
  const { url } = await prepareSource(adminUrl, {
    database: 'source_social_security',
    owner: { role: 'social_security_owner', password },
    reader: { role: 'social_security_reader', password },
    version: `small/${RESIDENTS}`,
    schema: SOCIAL_SECURITY_SCHEMA,
    fill: (client) => fillSocialSecurity(client, insurance),
  });
  return url;
}
