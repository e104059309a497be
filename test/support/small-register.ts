import { inventCity } from '../../apps/launcher/src/demo/city.js';
import type { Person } from '../../apps/launcher/src/demo/people.js';
import { fillPopulationRegister, POPULATION_SCHEMA } from '../../apps/launcher/src/demo/population-register.js';
import { seededRandom } from '../../apps/launcher/src/demo/random.js';
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
